import type { Attachment } from "../board/context.ts";
import type { Task } from "../board/task.ts";
import type { By } from "./by.ts";

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

/** Tasks that are over are opened again, or removed. */
export interface RedoStore {
  /** Done again; with `fromHere` also what was done or gave up below it, in the same transaction. */
  retryTask(id: string, how: { readonly fromHere: boolean }, by: By): Promise<Retried>;
  /** Out of the archive: done if it was done, else where it was. @throws {BoardError} conflict for a key that is taken */
  restoreTask(id: string, by: By): Promise<Task>;
  /**
   * Off the board, with all that is said of it.
   * @throws {BoardError} conflict while a process of it may be left, or an unfinished task builds on it
   */
  deleteTask(id: string, by: By): Promise<DeletedTask>;
}
