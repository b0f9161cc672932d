import { Database } from "bun:sqlite";
import type { BenchHome } from "./bench-home.ts";

/**
 * Checks in the board itself that each of `count` tasks was worked on exactly once.
 * @param status what they must be by now
 * @throws when one was not, or was twice: then the round's figure is worth nothing.
 */
export function requireDelivered(board: BenchHome, count: number, status: "running" | "done"): void {
  const db = new Database(board.database, { readonly: true, strict: true });
  try {
    const ours = db
      .query<{ tasks: number; runs: number; worked: number }, [string]>(
        `SELECT (SELECT count(*) FROM tasks WHERE status = ?) AS tasks, (SELECT count(*) FROM task_runs) AS runs,
           (SELECT count(DISTINCT task_id) FROM task_runs) AS worked`,
      )
      .get(status);
    if (ours?.tasks !== count || ours.runs !== count || ours.worked !== count)
      throw new Error(
        `of ${count} tasks ${ours?.tasks} are ${status}, after ${ours?.runs} runs of ${ours?.worked} of them`,
      );
  } finally {
    db.close();
  }
}
