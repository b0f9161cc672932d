import { BoardError } from "./error.ts";
import { idWord } from "./hold.ts";
import type { Task } from "./task.ts";

/** Of a task below one that is done again: what the rule needs to know. */
export interface TaskBelow {
  readonly status: string;
  /** It has been done; false of a cancelled one. */
  readonly isCompleted: boolean;
  /** The breaker blocked it. */
  readonly gaveUp: boolean;
}

/**
 * What becomes of a task below one that is done again with all that hangs below it. `redo`: it is done again too;
 * `stop`: someone is at work on what will be out of date; `keep`: a person has put it aside, or it has not begun.
 */
export function decideBelow({ status, isCompleted, gaveUp }: TaskBelow): "redo" | "stop" | "keep" {
  if (status === "running") return "stop";
  if (status === "done" || (status === "archived" && isCompleted)) return "redo";
  return status === "blocked" && gaveUp ? "redo" : "keep";
}

/**
 * A waiting task is tried again only after a failure, at once instead of when its pause ends.
 * @throws {BoardError} illegal_move for one that has not failed
 */
export function requireSomethingToRetry({
  id,
  status,
  consecutiveFailures,
}: Pick<Task, "id" | "status" | "consecutiveFailures">): void {
  if ((status !== "ready" && status !== "todo") || consecutiveFailures > 0) return;
  throw new BoardError("illegal_move", `cannot retry ${id}: it is ${status} and has not failed`, {
    hint: `see why it waits with \`kanbun explain ${idWord(id)}\``,
  });
}
