import type { NewAttachment } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import { appendEvent, type Scope } from "../database/scope.ts";

/** Writes down files that lie in the task's folder of attachments. */
export function attach(scope: Scope, taskId: string, files: readonly NewAttachment[], by: By): void {
  for (const { filename, storedPath, contentType, sizeBytes } of files) {
    scope.db.run(
      `INSERT INTO task_attachments (task_id, filename, stored_path, content_type, size, uploaded_by, created_at)
       VALUES (:taskId, :filename, :storedPath, :contentType, :sizeBytes, :actor, :nowS)`,
      { taskId, filename, storedPath, contentType, sizeBytes, actor: by.actor, nowS: scope.nowS },
    );
    appendEvent(scope, {
      taskId,
      runId: by.run?.runId ?? null,
      kind: "attached",
      actor: by.actor,
      payload: { filename, size: sizeBytes },
    });
  }
}
