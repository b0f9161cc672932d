import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { BlockKind, Task } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import { appendEvent, type Scope } from "../database/scope.ts";
import { forgiveFailures } from "../runs/returns.ts";
import { endRunByMove } from "../runs/runs.ts";
import { countOpenParents } from "../tasks/links.ts";
import { requireTask } from "../tasks/task-lookup.ts";
import { setDue } from "../tasks/tasks.ts";
import { countWorkersBlock, recordBlockCount } from "./block-counts.ts";
import { readHandIn, startReview } from "./hand-ins.ts";
import { closeQuestions } from "./questions.ts";
import { forgetForce, getStatusWhenBack } from "./status-when-back.ts";

export function blockTask(
  scope: Scope,
  id: string,
  { reason, kind }: { reason: string | null; kind: BlockKind | null },
  by: By,
): Task {
  const task = requireTask(scope.db, id);
  // A worker that comes too late is told that it was superseded, not that its task stands elsewhere.
  if (!by.run) requireLegalMove("block", task);
  const waitsForParents = kind === "dependency";
  if (waitsForParents && countOpenParents(scope.db, id) === 0)
    throw new BoardError("usage", `${id} has no open parent: a dependency block would never end`, {
      hint: "link it to a parent first (see `kanbun link --help`), or block it with another kind",
    });
  const count = waitsForParents ? null : countWorkersBlock(scope, id, reason, by);
  const runId = endRunByMove(scope, task, { outcome: "blocked", summary: reason }, by);
  if (task.status === "review") startReview(scope, id, readHandIn(scope.db, id));
  scope.db.run("UPDATE tasks SET status = :status, block_kind = :kind WHERE id = :id", {
    id,
    status: waitsForParents ? "todo" : "blocked",
    kind,
  });
  setDue(scope, id, null);
  forgetForce(scope.db, id);
  const payload = { reason, kind, ...(count === null ? {} : { times_asked: count.times }) };
  appendEvent(scope, { taskId: id, runId, kind: "blocked", actor: by.actor, payload });
  recordBlockCount(scope, { taskId: id, runId, words: reason }, { count, actor: by.actor });
  return requireTask(scope.db, id);
}

/** Ready again, or waiting again for parents; what it failed before is forgiven. */
export function unblockTask(scope: Scope, id: string, by: By): Task {
  const task = requireTask(scope.db, id);
  requireLegalMove("unblock", task);
  const status = getStatusWhenBack(scope.db, id);
  scope.db.run("UPDATE tasks SET status = :status WHERE id = :id", { id, status });
  setDue(scope, id, null);
  forgiveFailures(scope.db, id);
  closeQuestions(scope, id, null, null);
  appendEvent(scope, { taskId: id, kind: "unblocked", actor: by.actor, payload: { status } });
  return requireTask(scope.db, id);
}
