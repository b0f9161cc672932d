import type { Attachment } from "../../../board/context.ts";
import { BoardError } from "../../../board/error.ts";
import type { NewAttachment } from "../../../board/task.ts";
import type { DetachedFile, TaskAttachment } from "../../attachments.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { type AttachmentRow, toAttachment } from "../rows/rows.ts";
import { appendEvent, type Scope } from "../scope.ts";
import { each, type Steps } from "../steps.ts";
import { requireTask } from "./task-lookup.ts";

/** Writes down files that lie in the task's folder of attachments. */
export function attach(
  scope: Scope,
  taskId: string,
  files: readonly NewAttachment[],
  by: By,
): Steps<Attachment[]> {
  return each(files, function* ({ filename, storedPath, contentType, sizeBytes }) {
    const id = yield* scope.db.insert(
      `INSERT INTO task_attachments (task_id, filename, stored_path, content_type, size, uploaded_by, created_at)
       VALUES (:taskId, :filename, :storedPath, :contentType, :sizeBytes, :actor, :nowS)`,
      { taskId, filename, storedPath, contentType, sizeBytes, actor: by.actor, nowS: scope.nowS },
    );
    yield* appendEvent(scope, {
      taskId,
      runId: by.run?.runId ?? null,
      kind: "attached",
      actor: by.actor,
      payload: { filename, size: sizeBytes },
    });
    return { id, filename, storedPath, contentType, sizeBytes };
  });
}

export function* attachFiles(scope: Scope, taskId: string, files: readonly NewAttachment[], by: By) {
  return yield* attach(scope, (yield* requireTask(scope.db, taskId)).id, files, by);
}

export function* listAttachments(db: Connection, taskId: string): Steps<Attachment[]> {
  return (yield* db.all<AttachmentRow>("SELECT * FROM task_attachments WHERE task_id = :taskId ORDER BY id", {
    taskId,
  })).map(toAttachment);
}

export function* requireAttachment(db: Connection, id: number): Steps<TaskAttachment> {
  const row = yield* db.get<AttachmentRow & { task_id: string }>(
    "SELECT * FROM task_attachments WHERE id = :id",
    {
      id,
    },
  );
  if (row !== null) return { ...toAttachment(row), taskId: row.task_id };
  throw new BoardError("not_found", `there is no attachment ${id} on this board`, {
    hint: "see the numbers with `kanbun attachments` and the id of the task",
  });
}

export function* detachFile(scope: Scope, id: number, by: By): Steps<DetachedFile> {
  const { db } = scope;
  const attachment = yield* requireAttachment(db, id);
  const { taskId, filename, storedPath } = attachment;
  yield* db.send("DELETE FROM task_attachments WHERE id = :id", { id });
  yield* appendEvent(scope, {
    taskId,
    runId: by.run?.runId ?? null,
    kind: "attachment_removed",
    actor: by.actor,
    payload: { attachment_id: id, filename },
  });
  const other = yield* db.get("SELECT 1 FROM task_attachments WHERE stored_path = :storedPath LIMIT 1", {
    storedPath,
  });
  return { ...attachment, isShared: other !== null };
}
