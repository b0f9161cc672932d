import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from "node:fs";
import { constants as osConstants } from "node:os";
import { FLOCK } from "../constants.ts";
import { errnoName } from "../process/error-name.ts";
import { type FileLock, type LockFile, TakenLock } from "./file-lock.ts";
import { LockError, lockErrorFrom, notRegular } from "./lock-error.ts";

/** flock(2) of a platform's C library; the error numbers differ between platforms. */
export interface FlockLibrary {
  flock(fd: number, operation: number): number;
  /** Valid only as the very next call after one that failed. */
  errno(): number;
  readonly EINTR: number;
  readonly EWOULDBLOCK: number;
}

interface OpenFile {
  readonly fd: number;
  readonly id: FileId;
}

/** bigint beyond 2^53, where two that differ in the last bits only would look the same. */
type FileId = { readonly ino: number; readonly dev: number } | { readonly ino: bigint; readonly dev: bigint };

/** How often a file that is being replaced under our hands is tried again. */
const ATTEMPTS_MAX = 32;

/**
 * flock belongs to the open file description: another one in the same process is refused like a stranger's, and this
 * one, which would not be, remembers that it has given its lock away.
 * @see flock(2)
 */
export class PosixLockFile implements LockFile {
  readonly path: string;
  readonly #library: FlockLibrary;
  #open: OpenFile | null = null;
  #isTaken = false;
  #isClosed = false;

  constructor(library: FlockLibrary, path: string) {
    this.#library = library;
    this.path = path;
  }

  tryLock(): FileLock | null {
    if (this.#isTaken) return null;
    this.#isClosed = false;
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
      this.#open ??= openFile(this.path);
      let isOurs = false;
      try {
        if (!this.#tryFlock(this.#open.fd)) return null;
        isOurs = isAtPath(this.#open, this.path);
        if (isOurs) return this.#hold(this.#open.fd);
      } finally {
        if (!isOurs) this.#letGo();
      }
    }
    throw this.#error("lock", osConstants.errno.ESTALE);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#isTaken || this.#open === null) return;
    closeSync(this.#open.fd);
    this.#open = null;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #hold(fd: number): FileLock {
    this.#isTaken = true;
    return new TakenLock(this.path, {
      writeContent: (bytes) => writeSync(fd, bytes, 0, bytes.length, 0),
      unlock: () => this.#unlock(fd),
    });
  }

  #unlock(fd: number): void {
    // LOCK_UN is not made superfluous by a close: a child between fork and exec shares our open file description, and
    // until its exec the lock would stay, though we closed ours.
    const isUnlocked = this.#library.flock(fd, FLOCK.LOCK_UN) === 0;
    const code = isUnlocked ? 0 : this.#library.errno();
    this.#isTaken = false;
    if (this.#isClosed || !isUnlocked) this.close();
    if (!isUnlocked) throw this.#error("unlock", code);
  }

  /** Held by another process, not the file at our path, or an error: the next attempt opens it anew. */
  #letGo(): void {
    if (this.#open === null) return;
    this.#library.flock(this.#open.fd, FLOCK.LOCK_UN);
    closeSync(this.#open.fd);
    this.#open = null;
  }

  /** false: held by another process. */
  #tryFlock(fd: number): boolean {
    for (;;) {
      if (this.#library.flock(fd, FLOCK.LOCK_EX | FLOCK.LOCK_NB) === 0) return true;
      const code = this.#library.errno();
      if (code === this.#library.EWOULDBLOCK) return false;
      if (code !== this.#library.EINTR) throw this.#error("lock", code);
    }
  }

  #error(operation: "lock" | "unlock", code: number): LockError {
    return new LockError({ operation, path: this.path, code, codeName: errnoName(code) });
  }
}

/** One lock of a file that is opened for it and closed with it. */
export function tryLockPosixFile(library: FlockLibrary, path: string): FileLock | null {
  using file = new PosixLockFile(library, path);
  return file.tryLock();
}

function openFile(path: string): OpenFile {
  for (;;) {
    try {
      // openSync adds O_CLOEXEC, and that must stay: a child that inherits the description keeps the lock after us.
      // Read and write, because NFS grants an exclusive lock on a writable descriptor only. No O_TRUNC: the note of
      // its holder is in there. O_NONBLOCK: opening a pipe must not wait.
      const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NONBLOCK, 0o600);
      const stats = fstatSync(fd, { bigint: true });
      if (stats.isFile()) return { fd, id: narrowed(stats) };
      closeSync(fd);
      throw notRegular(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EINTR") throw lockErrorFrom(error, "open", path);
    }
  }
}

/** Numbers, where they are exact: asking a path for them costs a fifth less, and that is asked at each lock. */
function narrowed({ ino, dev }: { ino: bigint; dev: bigint }): FileId {
  const max = BigInt(Number.MAX_SAFE_INTEGER);
  return ino <= max && dev <= max ? { ino: Number(ino), dev: Number(dev) } : { ino, dev };
}

/** A lock on a file that is no longer at its path excludes no one: the next one to come locks the file that is. */
function isAtPath({ id }: OpenFile, path: string): boolean {
  try {
    // A wide number at the path is never rounded to one that is exact.
    const standing = typeof id.ino === "number" ? statSync(path) : statSync(path, { bigint: true });
    return id.ino === standing.ino && id.dev === standing.dev;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw lockErrorFrom(error, "open", path);
  }
}
