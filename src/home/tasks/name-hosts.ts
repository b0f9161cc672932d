import type { Hold } from "../../board/hold.ts";
import { homeOfHost } from "../../board/host.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { Session } from "../session/session.ts";
import { type BoardHost, listBoardHosts, nameHost } from "../stores/board-hosts.ts";

/** On a server's board, what its other hosts bring to the reason: who has the profile, and whether the host of a run is there. */
export async function nameHosts(session: Session, hold: Hold, taskId: string): Promise<Hold> {
  if (session.store.hosts === null) return hold;
  if (hold.reason === "unknown_profile") return nameProfileHosts(session, hold, taskId);
  return hold.reason === "claimed_elsewhere" ? nameRunHost(session, hold, taskId) : hold;
}

async function nameProfileHosts(session: Session, hold: Hold, taskId: string): Promise<Hold> {
  const { assignee } = await session.store.requireTask(taskId);
  const having = (await listBoardHosts(session)).filter(({ profiles }) => profiles.includes(assignee ?? ""));
  const alive = having.filter(({ state }) => state === "alive");
  const profile = JSON.stringify(assignee);
  if (alive.length > 0)
    return {
      ...hold,
      detail: `this home has no profile ${profile}; ${alive.map(describeFree).join(", ")} starts it`,
      command: null,
    };
  const others = having.map(nameHost).join("; ");
  const known = others === "" ? "" : ` (it is a profile of ${others})`;
  return { ...hold, detail: `no host that is alive has the profile ${profile}${known}` };
}

function describeFree({ machine, slotsFree }: BoardHost): string {
  return `${machine}, with ${slotsFree === 1 ? "1 free slot" : `${slotsFree} free slots`},`;
}

async function nameRunHost(session: Session, hold: Hold, taskId: string): Promise<Hold> {
  const run = (await session.store.listLiveRuns()).find((one) => one.taskId === taskId);
  const id = run === undefined ? "" : homeOfHost(run);
  const host = (await listBoardHosts(session)).find((one) => one.id === id);
  if (host === undefined) return hold;
  if (host.state === "alive")
    return {
      ...hold,
      detail: `run ${run?.runId} belongs to ${host.machine} (home ${id}), which was heard of ${formatDuration(host.silentMs)} ago`,
      command: "kanbun hosts",
    };
  return { ...hold, detail: `${hold.detail}; that is ${nameHost(host)}` };
}
