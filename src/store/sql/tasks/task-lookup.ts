import { BoardError } from "../../../board/error.ts";
import { isTaskId, type Task } from "../../../board/task.ts";
import { shellWord } from "../../../system/text/shell-word.ts";
import type { Connection } from "../connection.ts";
import { selectTask, type TaskRow, toTask } from "../rows/task-row.ts";
import type { Steps } from "../steps.ts";

// Put together once: whoever keeps statements finds them by their text.
const selectById = `${selectTask} WHERE t.id = :id`;

export function* getTask(db: Connection, id: string): Steps<Task | null> {
  const row = yield* db.get<TaskRow>(selectById, { id });
  return row ? toTask(row) : null;
}

/** @throws {BoardError} not_found */
export function* requireTask(db: Connection, id: string): Steps<Task> {
  const task = yield* getTask(db, id);
  if (task) return task;
  throw noSuchTask(id);
}

export function noSuchTask(id: string): BoardError {
  return new BoardError("not_found", `there is no task ${JSON.stringify(id.slice(0, 60))} on this board`, {
    hint: isTaskId(id)
      ? "look at another board with --board"
      : `a task id looks like t_0123abcd; see ${whereFrom(id)}`,
  });
}

/** What may be words of a title is looked for. */
function whereFrom(text: string): string {
  const isWords = /^[\p{L}\p{N}][\p{L}\p{N} .,_-]{2,59}$/u.test(text) && /\p{L}/u.test(text);
  return isWords ? `\`kanbun list\`, or \`kanbun search ${shellWord(text)}\`` : "`kanbun list`";
}

/** Whether the task has been handed in for review and not come back: what ends a run returns it there. */
export function* isInReview(db: Connection, taskId: string): Steps<boolean> {
  return (
    (yield* db.get(
      `SELECT 1 FROM tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id
       WHERE t.id = :taskId AND (t.status = 'review' OR k.in_review = 1)`,
      { taskId },
    )) !== null
  );
}
