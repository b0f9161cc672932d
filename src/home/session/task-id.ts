import { BoardError } from "../../board/error.ts";
import { isTaskId } from "../../board/task.ts";
import type { BoardStore } from "../../store/store.ts";
import { listOtherBoards } from "./other-boards.ts";
import type { Place } from "./place.ts";

const PREFIX = /^(?:t_)?([0-9a-f]{1,8})$/i;
const DIGITS_MIN = 3;
const LISTED_MAX = 8;

interface TaskBoard {
  readonly store: BoardStore;
  readonly place: Pick<Place, "home" | "board" | "environment">;
}

/**
 * The task that begins with `text`, `t_` or not, of at least 3 hex digits.
 * @throws {BoardError} usage for one that is too short or fits several, which are listed; not_found, which says on which
 *   other boards of the home it is
 */
export async function resolveTaskId({ store, place }: TaskBoard, text: string): Promise<string> {
  const digits = PREFIX.exec(text)?.[1]?.toLowerCase();
  // Not shaped like an id: the store knows how to say that there is no such task.
  if (digits === undefined) return (await store.requireTask(text)).id;
  if (digits.length < DIGITS_MIN)
    throw new BoardError("usage", `${text} is too short for a task id`, {
      hint: `give at least ${DIGITS_MIN} of its digits`,
    });
  const prefix = `t_${digits}`;
  const found = await store.findTaskIds(prefix, LISTED_MAX + 1);
  const [id] = found;
  if (id === undefined) throw await missingTask(place, prefix);
  if (found.length === 1) return id;
  const candidates = found.slice(0, LISTED_MAX).join(", ") + (found.length > LISTED_MAX ? ", …" : "");
  throw new BoardError("usage", `${text} matches ${candidates}`, { hint: "give more of its digits" });
}

/** Most people who name a task that is not there have the wrong board. */
async function missingTask(place: TaskBoard["place"], prefix: string): Promise<BoardError> {
  const { board } = place;
  const boards: string[] = [];
  const unread: string[] = [];
  for (const { slug, open } of listOtherBoards(place, board)) {
    try {
      await using store = await open();
      if ((await store.findTaskIds(prefix, 1)).length > 0) boards.push(slug);
    } catch (error) {
      unread.push(`${slug} could not be read (${(error as Error).message})`);
    }
  }
  const what = isTaskId(prefix)
    ? `there is no task ${prefix} on ${board}`
    : `no task on ${board} begins with ${prefix}`;
  if (boards.length > 0)
    return new BoardError("not_found", what, {
      hint: `it is on ${boards.join(", ")}: use ${boards.map((slug) => `--board ${slug}`).join(" or ")}`,
    });
  const hint = ["no board of this home has it; see `kanbun list --all`", ...unread].join("; ");
  return new BoardError("not_found", what, { hint });
}
