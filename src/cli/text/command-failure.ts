import { describeError, type Failure } from "../../home/failure.ts";

/** How a command failed. */
export interface CommandFailure extends Failure {
  readonly exitCode: number;
  /** The message has line ends of ours. */
  readonly hasLines: boolean;
  /** Only for who debugs Kanbun itself. */
  readonly stack: string | null;
}

/** Of a store that is away whoever calls must know whether to call again: then these two are apart from all others. */
const EXIT_CODES: Partial<Record<Failure["kind"], number>> = {
  usage: 2,
  not_found: 3,
  conflict: 4,
  illegal_move: 4,
  superseded: 4,
  unreachable: 5,
  in_doubt: 6,
};

export function commandFailure(error: unknown, isDebugging: boolean): CommandFailure {
  const failure = describeError(error);
  const stack = isDebugging && error instanceof Error ? (error.stack ?? null) : null;
  const hasLines =
    error instanceof Error &&
    (error.name === "ConfigError" || ("hasLines" in error && error.hasLines === true));
  return { ...failure, exitCode: EXIT_CODES[failure.kind] ?? 1, hasLines, stack };
}
