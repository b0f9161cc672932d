import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { BlockKind, Task } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import { forgiveFailures } from "../runs/returns.ts";
import { endRunByMove } from "../runs/runs.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { countOpenParents } from "../tasks/links.ts";
import { requireTask } from "../tasks/task-lookup.ts";
import { setDue } from "../tasks/tasks.ts";
import { countWorkersBlock, recordBlockCount } from "./block-counts.ts";
import { readHandIn, startReview } from "./hand-ins.ts";
import { closeQuestions } from "./questions.ts";
import { forgetForce, getStatusWhenBack } from "./status-when-back.ts";

export function* blockTask(
  scope: Scope,
  id: string,
  { reason, kind }: { reason: string | null; kind: BlockKind | null },
  by: By,
): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  // A worker that comes too late is told that it was superseded, not that its task stands elsewhere.
  if (!by.run) requireLegalMove("block", task);
  const waitsForParents = kind === "dependency";
  if (waitsForParents && (yield* countOpenParents(scope.db, id)) === 0)
    throw new BoardError("usage", `${id} has no open parent: a dependency block would never end`, {
      hint: "link it to a parent first (see `kanbun link --help`), or block it with another kind",
    });
  const count = waitsForParents ? null : yield* countWorkersBlock(scope, id, reason, by);
  const runId = yield* endRunByMove(scope, task, { outcome: "blocked", summary: reason }, by);
  if (task.status === "review") yield* startReview(scope, id, yield* readHandIn(scope.db, id));
  yield* scope.db.send("UPDATE tasks SET status = :status, block_kind = :kind WHERE id = :id", {
    id,
    status: waitsForParents ? "todo" : "blocked",
    kind,
  });
  yield* setDue(scope, id, null);
  yield* forgetForce(scope.db, id);
  const payload = { reason, kind, ...(count === null ? {} : { times_asked: count.times }) };
  yield* appendEvent(scope, { taskId: id, runId, kind: "blocked", actor: by.actor, payload });
  yield* recordBlockCount(scope, { taskId: id, runId, words: reason }, { count, actor: by.actor });
  return yield* requireTask(scope.db, id);
}

/** Ready again, or waiting again for parents; what it failed before is forgiven. */
export function* unblockTask(scope: Scope, id: string, by: By): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  requireLegalMove("unblock", task);
  const status = yield* getStatusWhenBack(scope.db, id);
  yield* scope.db.send("UPDATE tasks SET status = :status WHERE id = :id", { id, status });
  yield* setDue(scope, id, null);
  yield* forgiveFailures(scope.db, id);
  yield* closeQuestions(scope, id, null, null);
  yield* appendEvent(scope, { taskId: id, kind: "unblocked", actor: by.actor, payload: { status } });
  return yield* requireTask(scope.db, id);
}
