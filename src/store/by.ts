import type { Expected } from "../board/expected.ts";
import type { RunProof } from "../board/run.ts";

/** On whose behalf a write is made; every event names the actor. */
export interface By {
  readonly actor: string;
  /** A worker's proof. With it the write is guarded by run and token in the same statement. */
  readonly run?: RunProof | null;
  /** Ends the worker of a running task, or another person's claim, knowingly; without it such a move is refused. */
  readonly force?: boolean;
  /** Why, for the history of a promotion. */
  readonly reason?: string | null;
  /** Refused as a conflict, in the same transaction, where the task is no longer as it was seen. */
  readonly expected?: Expected;
  /** A person vouches that no process of the task's run is left, where that can't be seen. */
  readonly vouchesDead?: boolean;
}
