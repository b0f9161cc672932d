import type { NextTry } from "../../board/run-ending.ts";

/** A worker could not be started; the message is what the user reads as the run's error. */
export class SpawnError extends Error {
  override readonly name = "SpawnError";
  /** What is known about another try. */
  readonly again: NextTry | null;

  constructor(message: string, options: { readonly again?: NextTry; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.again = options.again ?? null;
  }
}
