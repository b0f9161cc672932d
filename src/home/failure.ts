import type { BoardErrorKind } from "../board/error.ts";

/** What went wrong, to act on, to read, and what to do about it. */
export interface Failure {
  readonly kind: BoardErrorKind | "config" | "internal";
  readonly message: string;
  readonly hint: string | null;
}

/**
 * Any error as people and programs are told of it. By names, not classes: loading the modules of all errors would slow
 * down every command that has none.
 */
export function describeError(error: unknown): Failure {
  if (!(error instanceof Error)) return internal(String(error));
  const facts = error as Error & {
    kind?: BoardErrorKind;
    hint?: string | null;
    file?: string;
    code?: string;
  };
  if ((error.name === "BoardError" || error.name === "UnwrittenAnswer") && facts.kind !== undefined)
    return { kind: facts.kind, message: error.message, hint: facts.hint ?? null };
  if (error.name === "ConfigError") return describeConfigError(error.message, facts.file ?? "");
  if (error.name === "LockError")
    return {
      kind: "unwritable",
      message: error.message,
      hint: "check who owns that file and its folder, and that the disk is not mounted read-only",
    };
  return describeSystemError(error, facts.code) ?? internal(error.message);
}

function describeConfigError(message: string, file: string): Failure {
  // A wrong option is told as every other wrong option is, not as a wrong file.
  if (file.startsWith("--")) return { kind: "usage", message, hint: null };
  return { kind: "config", message, hint: "nothing was done; correct it and run the command again" };
}

function describeSystemError(error: Error, code: string | undefined): Failure | null {
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) return null;
  if (code === "ENOSPC" || code === "EDQUOT")
    return { kind: "disk_full", message: error.message, hint: "free some space and run the command again" };
  return { kind: "unwritable", message: error.message, hint: "check the path, who owns it and its modes" };
}

function internal(message: string): Failure {
  return {
    kind: "internal",
    message: `unexpected: ${message}`,
    hint: "this is a bug in Kanbun; KANBUN_DEBUG=1 shows where",
  };
}
