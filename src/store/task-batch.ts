import type { BoardError } from "../board/error.ts";
import type { NewTask } from "../board/task.ts";

/** Tasks that are made together. */
export interface TaskBatch {
  /** Taken one after another inside the transaction, so taking one must not wait. */
  readonly tasks: Iterable<BatchTask>;
  /** A task that is there already, and then waits for all of them. */
  readonly awaitedBy?: string;
  /**
   * Told of each task that cannot be made, before the next one is taken; it may throw to end the matter there.
   * Nothing is made then in any case.
   */
  readonly onRefused?: (refusal: BoardError) => void;
}

export interface BatchTask extends NewTask {
  /** Parents that are made with it: positions in the batch, from 0, each before its own. */
  readonly earlierParents?: readonly number[];
  /** There is nothing to do: it is done from the beginning. */
  readonly isDone?: boolean;
}

export interface CreatedTasks {
  /** One for each task of the batch, in its order. */
  readonly ids: readonly string[];
  /** How many of them were there already, by their idempotency keys. */
  readonly existing: number;
}
