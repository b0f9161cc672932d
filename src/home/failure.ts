import type { BoardErrorKind } from "../board/error.ts";

/** An error as people and programs are told of it. */
export interface Failure {
  readonly kind: BoardErrorKind | "config" | "internal";
  readonly message: string;
  readonly hint: string | null;
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

/** Names, not classes: loading the modules of all errors would slow down every command that has none. */
export function toFailure(error: unknown, isDebugging: boolean): Failure {
  const stack = isDebugging && error instanceof Error ? (error.stack ?? null) : null;
  const { kind, message, hint } = describe(error);
  return { kind, message, hint, exitCode: EXIT_CODES[kind] ?? 1, stack };
}

type Description = Pick<Failure, "kind" | "message" | "hint">;

function describe(error: unknown): Description {
  if (!(error instanceof Error)) return internal(String(error));
  const facts = error as Error & {
    kind?: BoardErrorKind;
    hint?: string | null;
    file?: string;
    code?: string;
    changes?: boolean;
  };
  if (error.name === "BoardError" && facts.kind !== undefined)
    return { kind: facts.kind, message: error.message, hint: facts.hint ?? null };
  if (error.name === "ConfigError") return describeConfigError(error.message, facts.file ?? "");
  if (error.name === "UnwrittenAnswer")
    return {
      kind: "unwritable",
      message: error.message,
      hint: facts.changes
        ? "do not repeat the command: it would be done twice"
        : "check where standard output leads",
    };
  if (error.name === "LockError")
    return { kind: "unwritable", message: error.message, hint: "check who owns that file and its folder" };
  return describeSystemError(error, facts.code) ?? internal(error.message);
}

function describeConfigError(message: string, file: string): Description {
  // An option is not a file: whoever typed it is told so like of any other.
  if (file.startsWith("--")) return { kind: "usage", message, hint: null };
  return { kind: "config", message, hint: "nothing was done; mend it and run the command again" };
}

function describeSystemError(error: Error, code: string | undefined): Description | null {
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return null;
  if (code === "ENOSPC" || code === "EDQUOT")
    return { kind: "disk_full", message: error.message, hint: "free some space and run the command again" };
  return { kind: "unwritable", message: error.message, hint: "check the path, who owns it and its modes" };
}

function internal(message: string): Description {
  return {
    kind: "internal",
    message: `unexpected: ${message}`,
    hint: "this is a bug in Kanbun; KANBUN_DEBUG=1 shows where",
  };
}
