import { BoardError } from "../../../board/error.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

/** Whose work it is that is reviewed, and who gets it back when it is to be changed. */
export interface HandIn {
  /** A profile, or the person who did the work; null where another program did not write it down. */
  readonly author: string | null;
  readonly returnsTo: string | null;
}

/** Notes that what follows is a review, until it is approved or changes are requested. */
export function* startReview(scope: Scope, taskId: string, { author, returnsTo }: HandIn): Steps<void> {
  yield* scope.db.send(
    `INSERT INTO kanbun_tasks (task_id, in_review, author, returns_to) VALUES (:taskId, 1, :author, :returnsTo)
     ON CONFLICT (task_id) DO UPDATE SET in_review = 1, author = excluded.author, returns_to = excluded.returns_to,
       rate_limits = 0`,
    { taskId, author, returnsTo },
  );
}

/** What was handed in; by another program, as its run tells. */
export function* readHandIn(db: Connection, taskId: string): Steps<HandIn> {
  const own = yield* db.get<{ author: string; returns_to: string | null }>(
    "SELECT author, returns_to FROM kanbun_tasks WHERE task_id = :taskId AND in_review = 1 AND author IS NOT NULL",
    { taskId },
  );
  if (own !== null) return { author: own.author, returnsTo: own.returns_to };
  const run = yield* db.get<{ profile: string | null }>(
    `SELECT profile FROM task_runs WHERE task_id = :taskId AND outcome = 'review_requested'
     ORDER BY id DESC LIMIT 1`,
    { taskId },
  );
  const author = run?.profile ?? null;
  return { author, returnsTo: author };
}

/** Whether `name`, a profile or a person, would review what it has made, or would have to make again. */
export function isOwnWork({ author, returnsTo }: HandIn, name: string): boolean {
  return [author, returnsTo].includes(name);
}

/** @throws {BoardError} conflict when the author of the work decides its review, and doesn't say `force`. */
export function* requireOther(db: Connection, taskId: string, by: By): Steps<void> {
  const { author } = yield* readHandIn(db, taskId);
  if (by.force || author === null || ![author, `worker:${author}`].includes(by.actor)) return;
  throw new BoardError("conflict", `${taskId} is ${author}'s own work: someone else must review it`, {
    hint: "let another person approve it, or repeat the command with --force",
  });
}
