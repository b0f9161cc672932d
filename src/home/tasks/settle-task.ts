import type { Hold } from "../../board/hold.ts";
import type { ListedTask } from "../../board/task.ts";
import type { Home } from "../session/home.ts";
import { Moves } from "./moves.ts";
import { Tasks } from "./tasks.ts";

/**
 * Makes the move that a task waits for from a person, as the command of its hold would: what failed is tried again, what is
 * blocked goes on, what was put off or has to be accepted is ready; what is done is done again. What was done, in words.
 * @param home with the task's board as the one that is used
 * @throws {BoardError} illegal_move where nothing of that kind is to be done
 */
export async function settleTask(
  home: Home,
  { id, status, consecutiveFailures }: ListedTask,
  hold: Hold | null,
): Promise<string> {
  const moves = new Moves(home);
  const [, parentId] = /^kanbun unlink (\S+) /.exec(hold?.command ?? "") ?? [];
  if (parentId !== undefined) {
    await new Tasks(home).unlink({ parentId, childId: id });
    return `it no longer waits for ${parentId}`;
  }
  const hasFailed = hold?.reason === "gave_up" || (status === "ready" && consecutiveFailures > 0);
  if (hasFailed || status === "done" || status === "archived") {
    await moves.retry(id);
    return status === "done" ? "it is done again" : "it is tried again";
  }
  if (status === "blocked") {
    await moves.unblock(id);
    return "unblocked";
  }
  await moves.promote(id);
  return "ready";
}
