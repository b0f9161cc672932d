import { BoardError } from "../../../board/error.ts";
import type { By } from "../../store.ts";
import { toComment } from "../rows/rows.ts";
import { appendEvent, type Scope } from "../scope.ts";
import { requireTask } from "./task-lookup.ts";

/** Appends to what is said about a task. */
export function* addComment(scope: Scope, id: string, body: string, by: By) {
  if (body.trim() === "") throw new BoardError("usage", "the comment is empty", { hint: "give a text" });
  yield* requireTask(scope.db, id);
  const comment = { author: by.actor, body, created_at: scope.nowS };
  const commentId = yield* scope.db.insert(
    "INSERT INTO task_comments (task_id, author, body, created_at) VALUES (:id, :author, :body, :created_at)",
    { id, ...comment },
  );
  yield* appendEvent(scope, {
    taskId: id,
    kind: "commented",
    actor: by.actor,
    payload: { author: by.actor, len: body.length },
  });
  return toComment({ id: commentId, ...comment });
}
