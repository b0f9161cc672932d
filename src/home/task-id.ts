import { BoardError } from "../board/error.ts";
import { isTaskId } from "../board/task.ts";
import type { BoardStore } from "../store/store.ts";

const PREFIX = /^(?:t_)?([0-9a-f]{1,8})$/i;
const DIGITS_MIN = 3;
const LISTED_MAX = 8;

/**
 * The task that begins with `text`, `t_` or not, of at least 3 hex digits.
 * @throws {BoardError} usage for one that is too short or fits several, which are listed; not_found
 */
export async function resolveTaskId(store: BoardStore, text: string): Promise<string> {
  if (isTaskId(text)) return text;
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
  if (id === undefined)
    throw new BoardError("not_found", `no task of this board begins with ${prefix}`, {
      hint: "see `kanbun list --all`, or look at another board with --board",
    });
  if (found.length === 1) return id;
  const candidates = found.slice(0, LISTED_MAX).join(", ") + (found.length > LISTED_MAX ? ", …" : "");
  throw new BoardError("usage", `${text} may be any of ${candidates}`, { hint: "give more of its digits" });
}
