type LockOperation = "open" | "lock" | "unlock";

interface LockErrorFacts {
  readonly operation: LockOperation;
  readonly path: string;
  readonly code: number;
  readonly codeName: string;
  readonly cause?: unknown;
}

/** The lock could not be asked for. Never means "held by another process": that is null from `tryLockFile`. */
export class LockError extends Error {
  override readonly name = "LockError";
  readonly operation: LockOperation;
  readonly path: string;
  /** errno, or GetLastError on Windows */
  readonly code: number;
  /** "EACCES", "ERROR_ACCESS_DENIED", or the bare number where it has no name */
  readonly codeName: string;

  constructor(facts: LockErrorFacts) {
    super(`cannot ${facts.operation} the lock file ${facts.path}: ${facts.codeName}`, { cause: facts.cause });
    this.operation = facts.operation;
    this.path = facts.path;
    this.code = facts.code;
    this.codeName = facts.codeName;
  }
}

/** The `LockError` for what a node:fs call threw; anything but a system error (a NUL in the path) is thrown on as it is. */
export function lockErrorFrom(error: unknown, operation: LockOperation, path: string): LockError {
  const { errno, code } = error as NodeJS.ErrnoException;
  if (errno === undefined || code === undefined) throw error;
  return new LockError({ operation, path, code: Math.abs(errno), codeName: code, cause: error });
}

/** What stands at `path` is a folder, a pipe or a device: it excludes no one, and keeps no note. */
export function notRegular(path: string): LockError {
  return new LockError({ operation: "open", path, code: 0, codeName: "not a regular file" });
}
