import type { NewRepeat, Repeat, RepeatEdit } from "../board/repeat.ts";
import type { Task } from "../board/task.ts";
import type { By } from "./by.ts";

/** Tasks that are made again and again. */
export interface RepeatStore {
  /** @throws {BoardError} usage for what can't be one, not_found for a parent that isn't there */
  addRepeat(input: NewRepeat, by: By): Promise<Repeat>;
  /** In the order in which they were added. */
  listRepeats(): Promise<readonly Repeat[]>;
  /** @throws {BoardError} not_found */
  requireRepeat(id: number): Promise<Repeat>;
  /** What it made stays as it is. One that had stopped goes on. @throws {BoardError} usage, not_found as `addRepeat` */
  editRepeat(id: number, edit: RepeatEdit): Promise<Repeat>;
  /** It makes no task until it is resumed; what it made goes on. */
  pauseRepeat(id: number): Promise<Repeat>;
  /** It goes on with its next time from now on, also after a problem. @throws {BoardError} usage while that is there */
  resumeRepeat(id: number): Promise<Repeat>;
  /** What it made stays. */
  removeRepeat(id: number): Promise<Repeat>;
  /**
   * Makes its task at once, beside its times.
   * @throws {BoardError} conflict while one of it is open that its overlap doesn't allow another beside, without `by.force`
   */
  runRepeat(id: number, by: By): Promise<Task>;
  /** Which repeat made the task, for which of its times; null: none did. `repeat` is null when it was removed. */
  getRepeatOf(taskId: string): Promise<RepeatOrigin | null>;
}

export interface RepeatOrigin {
  readonly repeatId: number;
  /** null: a person had it made at once. */
  readonly dueAtMs: number | null;
  readonly repeat: Repeat | null;
}
