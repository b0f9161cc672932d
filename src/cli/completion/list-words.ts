import { statusesFor } from "../../board/moves.ts";
import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import type { Home } from "../../home/session/home.ts";
import type { BoardStore } from "../../store/store.ts";
import { readBoardMetadata } from "../../system/home/board-metadata.ts";
import { boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import type { Candidate, WordKind } from "./candidate.ts";

/** More would be no help. */
const tasksMax = 100;
const open: readonly TaskStatus[] = taskStatuses.filter((one) => one !== "done" && one !== "archived");

/** All words of a kind; none where the home can't be read: an error in the middle of a typed line helps no one. */
export async function listWords(
  kind: WordKind,
  { home, current, verb }: { readonly home: Home; readonly current: string; readonly verb: string },
): Promise<readonly Candidate[]> {
  try {
    if (kind === "task") return await listTasks(home, current, verb);
    if (kind === "task or profile")
      return [...(await listTasks(home, current, verb)), ...(await listProfiles(home))];
    if (kind === "board") return listBoards(home);
    if (kind === "profile") return await listProfiles(home);
  } catch {
    return []; // as said above
  }
  return typeof kind === "object" ? kind.words.map((value) => ({ value, text: "" })) : [];
}

/** Those that the verb may be said of; where it may be said of all, open ones first. */
async function listTasks(home: Home, current: string, verb: string): Promise<readonly Candidate[]> {
  await using session = await home.open("read");
  const { store } = session;
  // What a task waits for may be done already.
  const only = verb === "link" ? null : statusesFor(verb);
  if (current.length > "t_".length) return await listBeginning(store, current, only);
  const first = await store.listTasks({ statuses: only ?? open, limit: tasksMax });
  const more =
    only === null && first.length < tasksMax
      ? await store.listTasks({ statuses: ["done"], limit: tasksMax - first.length })
      : [];
  return [...first, ...more].map(({ id, title, status }) => ({ value: id, text: `${status}: ${title}` }));
}

async function listBeginning(
  store: BoardStore,
  beginning: string,
  only: readonly TaskStatus[] | null,
): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  for (const id of await store.findTaskIds(beginning, tasksMax)) {
    const task = await store.getTask(id);
    if (task !== null && (only === null || only.includes(task.status)))
      found.push({ value: id, text: `${task.status}: ${task.title}` });
  }
  return found;
}

function listBoards({ place }: Home): readonly Candidate[] {
  return listBoardSlugs(place.home).map((slug) => ({
    value: slug,
    text: readBoardMetadata(boardPaths(place.home, slug))?.name ?? "",
  }));
}

async function listProfiles({ place }: Home): Promise<readonly Candidate[]> {
  const { profiles } = await place.configAsFarAsItGoes();
  return [...profiles.values()].map(({ name, command }) => ({
    value: name,
    text: command.join(" "),
  }));
}
