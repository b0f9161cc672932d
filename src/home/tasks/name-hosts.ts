import type { Hold } from "../../board/hold.ts";
import { homeOfHost } from "../../board/host.ts";
import { leaseParts } from "../../board/lease.ts";
import { whyNoLease } from "../../dispatcher/lease/claim-lease.ts";
import { placeOf } from "../../store/place.ts";
import { formatDuration } from "../../system/text/duration.ts";
import type { Session } from "../session/session.ts";
import { describeStarting, listBoardHosts, nameHost, nameSome } from "../stores/board-hosts.ts";
import { suitsHost } from "../stores/placing-hosts.ts";

/** On a server's board, what its other hosts bring to the reason: who has the profile, and whether the host of a run is there. */
export async function nameHosts(session: Session, hold: Hold, taskId: string): Promise<Hold> {
  if (session.store.hosts === null) return hold;
  if (hold.reason === "next_tick") return nameLease(session, hold, taskId);
  if (hold.reason === "unknown_profile") return nameProfileHosts(session, hold, taskId);
  return hold.reason === "claimed_elsewhere" ? nameRunHost(session, hold, taskId) : hold;
}

/** Where runs are taken over, a home without a lease claims nothing, whatever its next tick is. */
async function nameLease(session: Session, hold: Hold, taskId: string): Promise<Hold> {
  const { place, store } = session;
  const why = await whyNoLease({ place: placeOf(place.paths), home: place.home }, store);
  if (why === null) return hold;
  const task = await store.requireTask(taskId);
  const starting = (await listBoardHosts(session)).filter(
    (host) =>
      host.state === "alive" &&
      !host.isThis &&
      host.profiles.includes(task.assignee ?? "") &&
      suitsHost(task, host),
  );
  if (starting.length > 0)
    return {
      ...hold,
      detail: `ready to start: ${describeStarting(starting)}`,
      command: null,
    };
  return {
    ...hold,
    detail: `ready to start, but this board has takeover = lease, and ${why}: nothing is claimed here`,
    command: "kanbun dispatch --watch",
  };
}

async function nameProfileHosts(session: Session, hold: Hold, taskId: string): Promise<Hold> {
  const task = await session.store.requireTask(taskId);
  const { assignee } = task;
  // This home has what it asks for, or that would be the reason.
  const having = (await listBoardHosts(session)).filter(
    (host) => host.profiles.includes(assignee ?? "") && suitsHost(task, host),
  );
  const alive = having.filter(({ state }) => state === "alive");
  const profile = JSON.stringify(assignee);
  if (alive.length > 0)
    return {
      ...hold,
      detail: `this home has no profile ${profile}; ${describeStarting(alive)}`,
      command: null,
    };
  const others = nameSome(having, nameHost);
  const known = others === "" ? "" : ` (it is a profile of ${others})`;
  return { ...hold, detail: `no host that is alive has the profile ${profile}${known}` };
}

async function nameRunHost(session: Session, hold: Hold, taskId: string): Promise<Hold> {
  const run = (await session.store.listLiveRuns()).find((one) => one.taskId === taskId);
  const id = run === undefined ? "" : homeOfHost(run);
  const host = (await listBoardHosts(session)).find((one) => one.id === id);
  if (host === undefined) return hold;
  const where = `run ${run?.runId} is on ${nameHost(host)} (home ${id}`;
  if (host.state === "alive")
    return {
      ...hold,
      detail: `${where}, heard of ${formatDuration(host.silentMs)} ago)`,
      command: "kanbun hosts",
    };
  const takeoverMs = host.leaseMs === null ? 0 : leaseParts(host.leaseMs).takeoverMs;
  if (run !== undefined && takeoverMs > 0 && (await session.store.takeover?.isLeased(run.runId)) === true)
    return {
      ...hold,
      detail: `${where}): another host takes it over ${formatDuration(takeoverMs)} after that was last heard of`,
      command: "kanbun hosts",
    };
  return {
    ...hold,
    detail: `${where}): it is held until that is back; once you know that its worker is gone, reclaim it`,
  };
}
