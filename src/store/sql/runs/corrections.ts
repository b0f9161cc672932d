import { BoardError } from "../../../board/error.ts";
import type { Task, VerdictPatch } from "../../../board/task.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { recordWithoutRun } from "./runs.ts";

/**
 * Sets right what the run has said that finished the task; where no run did, as if one had.
 * @returns the run, null where there is none and nothing to keep
 * @throws {BoardError} illegal_move for a task that is not done
 */
export function* correctVerdict(scope: Scope, task: Task, patch: VerdictPatch): Steps<number | null> {
  if (task.status !== "done")
    throw new BoardError("illegal_move", `${task.id} is ${task.status}: no run has finished it`, {
      hint: "summary and metadata are those of a task that is done",
    });
  const found = yield* scope.db.get<{ id: number | null }>(
    "SELECT max(id) AS id FROM task_runs WHERE task_id = :taskId AND outcome = 'completed'",
    { taskId: task.id },
  );
  const runId = found?.id ?? null;
  const { summary, metadata } = patch;
  if (runId === null) return yield* recordWithoutRun(scope, task.id, { outcome: "completed", ...patch });
  if (summary !== undefined)
    yield* scope.db.send("UPDATE task_runs SET summary = :summary WHERE id = :runId", { runId, summary });
  if (metadata !== undefined)
    yield* scope.db.send("UPDATE task_runs SET metadata = :metadata WHERE id = :runId", {
      runId,
      metadata: metadata === null ? null : JSON.stringify(metadata),
    });
  return runId;
}
