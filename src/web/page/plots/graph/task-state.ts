import type { GraphTask } from "../parts/wire.ts";

/** Which sign a task has. */
export function signOf({ status, consecutive_failures }: GraphTask): string {
  const isOver = status === "done" || status === "archived";
  return status !== "running" && !isOver && consecutive_failures > 0 ? "failed" : status;
}

/** The same in words. */
export function wordsOf(task: GraphTask): string {
  return signOf(task) === "failed" ? `${task.status}, failed` : task.status;
}
