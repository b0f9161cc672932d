import type { Failure } from "./failure.ts";

/** A board on which something was not done, and why; what was done on the others is done. */
export interface FailedBoard {
  readonly board: string;
  readonly error: Failure;
}
