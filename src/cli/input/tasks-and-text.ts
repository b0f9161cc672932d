import { BoardError } from "../../board/error.ts";
import type { Environment } from "../../home/session/actor.ts";

/**
 * Tasks and a text behind them; inside a worker, or where the tasks are chosen otherwise, the text may be all there is.
 * @throws {BoardError} usage when the text is missing, or when it cannot be known what was given
 */
export function readTasksAndText(
  words: readonly string[],
  { env, what, isChosen }: { readonly env: Environment; readonly what: string; readonly isChosen: boolean },
): { readonly tasks: readonly string[]; readonly text: string } {
  const tasks = words.slice(0, -1);
  const text = words.at(-1);
  const looksLikeTask = text !== undefined && /^t_[0-9a-f]{3,8}$/.test(text);
  if (text !== undefined && !looksLikeTask && (tasks.length > 0 || isChosen || env.KANBUN_TASK))
    return { tasks, text };
  throw new BoardError("usage", `the ${what} is missing`, {
    hint: `give task ids and a ${what} (inside a worker: a ${what} alone)`,
  });
}
