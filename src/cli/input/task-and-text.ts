import { BoardError } from "../../board/error.ts";
import type { Environment } from "../../home/session/actor.ts";

/**
 * Two arguments of which the first may be left out inside a worker: a task and a text.
 * @throws {BoardError} usage when the text is missing, or when it cannot be known which of the two was given
 */
export function readTaskAndText(
  first: string,
  second: string | undefined,
  { env, what }: { readonly env: Environment; readonly what: string },
): { readonly task: string | undefined; readonly text: string } {
  if (second !== undefined) return { task: first, text: second };
  const looksLikeTask = /^t_[0-9a-f]{3,8}$/.test(first);
  if (env.KANBUN_TASK && !looksLikeTask) return { task: undefined, text: first };
  throw new BoardError("usage", `the ${what} is missing`, {
    hint: `give a task and a ${what} (inside a worker: a ${what} alone)`,
  });
}
