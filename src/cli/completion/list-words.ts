import { statusesFor } from "../../board/moves.ts";
import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import { seenFrom } from "../../dispatcher/host.ts";
import type { Home } from "../../home/session/home.ts";
import { placeOf } from "../../store/place.ts";
import type { BoardStore } from "../../store/store.ts";
import { readBoardMetadata } from "../../system/home/board-metadata.ts";
import { boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import type { Candidate, WordKind } from "./candidate.ts";

/** More would be no help. */
const tasksMax = 100;
const open: readonly TaskStatus[] = taskStatuses.filter((one) => one !== "done" && one !== "archived");

interface Asked {
  readonly home: Home;
  readonly current: string;
  readonly verb: string;
}

/** So long a server may take: who waits at a line that is being typed types on. */
const askMs = 1_000;
/** For what is printed to be read. */
const exitMs = 100;

/**
 * All words of a kind; none where the home can't be read, or its server takes longer than a second: an error in the middle of a
 * typed line helps no one.
 */
export async function listWords(kind: WordKind, asked: Asked): Promise<readonly Candidate[]> {
  if (typeof kind === "object") return kind.words.map((value) => ({ value, text: "" }));
  const late = Bun.sleep(askMs).then((): null => null);
  const words = await Promise.race([askOrNone(kind, asked), late]);
  // What it connects to would keep this process, and the shell, for as long as that takes.
  if (words === null) setTimeout(() => process.exit(), exitMs).unref();
  return words ?? [];
}

async function askOrNone(kind: Exclude<WordKind, object>, asked: Asked): Promise<readonly Candidate[]> {
  try {
    return await ask(kind, asked);
  } catch {
    return []; // an error helps no one, as said above
  }
}

async function ask(
  kind: Exclude<WordKind, object>,
  { home, current, verb }: Asked,
): Promise<readonly Candidate[]> {
  switch (kind) {
    case "task":
      return listTasks(home, current, verb);
    case "task or profile":
      return [...(await listTasks(home, current, verb)), ...(await listProfiles(home))];
    case "board":
      return listBoards(home);
    case "profile":
      return listProfiles(home);
    case "host":
    case "label":
      return listPlaces(home, kind);
    default:
      return [];
  }
}

/** The hosts that a task of the board may ask for, or the labels that they have. */
async function listPlaces(home: Home, kind: "host" | "label"): Promise<readonly Candidate[]> {
  await using session = await home.open("read");
  const { hostTraits } = await import("../../dispatcher/tick/policies.ts");
  const { listBoardHosts } = await import("../../home/stores/board-hosts.ts");
  const { place } = session;
  const own = hostTraits(seenFrom(placeOf(place.paths)), await place.configAsFarAsItGoes());
  const others = await listBoardHosts(session);
  const found =
    kind === "label"
      ? [own, ...others].flatMap(({ labels }) => labels)
      : [...own.names.slice(0, 1), ...others.map(({ machine }) => machine)];
  return [...new Set(found)].map((value) => ({ value, text: "" }));
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
