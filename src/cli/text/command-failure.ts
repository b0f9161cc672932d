import { describeError, type Failure } from "../../home/failure.ts";

/** How a command failed. */
export interface CommandFailure extends Failure {
  readonly exitCode: number;
  /** Only for who debugs Kanbun itself. */
  readonly stack: string | null;
}

const EXIT_CODES: Partial<Record<Failure["kind"], number>> = {
  usage: 2,
  not_found: 3,
  conflict: 4,
  illegal_move: 4,
  superseded: 4,
};

export function commandFailure(error: unknown, isDebugging: boolean): CommandFailure {
  const failure = describeError(error);
  const stack = isDebugging && error instanceof Error ? (error.stack ?? null) : null;
  return { ...failure, exitCode: EXIT_CODES[failure.kind] ?? 1, stack };
}
