import type { Attachment } from "../board/context.ts";
import type { Task } from "../board/task.ts";

export interface Retried {
  readonly task: Task;
  /** The others that are done again. */
  readonly below: readonly string[];
  /** Those below it whose worker was told to stop. */
  readonly stopped: readonly string[];
}

/** A task that is gone: what it was, and which files it leaves. */
export interface DeletedTask {
  readonly task: Task;
  /** Those whose file no other task has. */
  readonly attachments: readonly Attachment[];
  readonly runIds: readonly number[];
  readonly scratchPaths: readonly string[];
}
