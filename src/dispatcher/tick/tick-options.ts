import type { tryLockFile } from "../../../native-shims/index.ts";
import type { startClaimed } from "./start.ts";

export interface TickOptions {
  /** Claims at most so many tasks; 0 only records ended runs. Default: as many as there are slots. */
  readonly max?: number;
  /** Look at every waiting task, not only at the children of what ended: at start-up, and on repair. */
  readonly reconcile?: boolean;
  /** Name so many of the ready tasks that were held back, and why. Costs a look at every ready task. Default: none. */
  readonly heldMax?: number;
}

/** The points between which a dispatcher can die: each leaves the board in a state that any other goes on from. */
export type TickStep = "locked" | "looked" | "applied" | "signalled" | "spawned" | "recorded" | "unlocked";

export interface DispatcherOptions {
  /** Called when a worker that this dispatcher started has ended. */
  readonly onWorkerExit?: () => void;
  /** Called at each step of a tick, for a caller that wants to see or to break one. */
  readonly onStep?: (step: TickStep) => void;
  /** How the lock is taken. */
  readonly tryLock?: typeof tryLockFile;
  /** How the workers of a tick's claims are started. */
  readonly startWorkers?: typeof startClaimed;
}
