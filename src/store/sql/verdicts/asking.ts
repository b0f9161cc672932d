import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import { acceptAnswer, type NewQuestion, validateQuestion } from "../../../board/question.ts";
import type { Task } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import { endRunByMove } from "../runs/runs.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { requireTask } from "../tasks/task-lookup.ts";
import { countWorkersBlock, recordBlockCount } from "./block-counts.ts";
import { closeQuestions, getOpenQuestion, insertQuestion } from "./questions.ts";
import { getStatusWhenBack } from "./status-when-back.ts";

/** A worker's question to a person: blocked until it is answered. */
export function* askQuestion(scope: Scope, id: string, asked: NewQuestion, by: By): Steps<Task> {
  validateQuestion(asked);
  const task = yield* requireTask(scope.db, id);
  requireLegalMove("ask", task);
  const { question } = asked;
  const count = yield* countWorkersBlock(scope, id, question, by);
  const runId = yield* endRunByMove(scope, task, { outcome: "blocked", summary: question }, by);
  yield* scope.db.send("UPDATE tasks SET status = 'blocked', block_kind = 'needs_input' WHERE id = :id", {
    id,
  });
  yield* insertQuestion(scope, { taskId: id, runId }, asked);
  yield* appendEvent(scope, {
    taskId: id,
    runId,
    kind: "blocked",
    actor: by.actor,
    payload: {
      reason: question,
      kind: "needs_input",
      ...(count === null ? {} : { times_asked: count.times }),
    },
  });
  // Answered, it would be asked again: in triage a person changes what the task is told.
  if (count?.isLoop) yield* closeQuestions(scope, id, null, null);
  yield* recordBlockCount(scope, { taskId: id, runId, words: question }, { count, actor: by.actor });
  return yield* requireTask(scope.db, id);
}

/** A person's answer: recorded, and the task goes on. */
export function* answerQuestion(scope: Scope, id: string, text: string, by: By): Steps<Task> {
  const task = yield* requireTask(scope.db, id);
  const question = yield* getOpenQuestion(scope.db, id);
  if (question === null)
    throw new BoardError("illegal_move", `${id} has not asked anything`, {
      hint: `see its state with \`kanbun explain ${id}\``,
    });
  requireLegalMove("answer", task);
  const answer = acceptAnswer(question, text);
  yield* closeQuestions(scope, id, answer, by.actor);
  const status = yield* getStatusWhenBack(scope.db, id);
  yield* scope.db.send("UPDATE tasks SET status = :status WHERE id = :id", { id, status });
  yield* appendEvent(scope, { taskId: id, kind: "unblocked", actor: by.actor, payload: { status, answer } });
  return yield* requireTask(scope.db, id);
}
