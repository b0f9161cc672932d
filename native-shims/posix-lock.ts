import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs";
import { constants as osConstants } from "node:os";
import { FLOCK } from "./constants.ts";
import { errnoName } from "./error-name.ts";
import { type FileLock, HeldLock } from "./file-lock.ts";
import { LockError, lockErrorFrom } from "./lock-error.ts";

/** flock(2) of a platform's C library; the error numbers differ between platforms. */
export interface FlockLibrary {
  flock(fd: number, operation: number): number;
  /** Valid only as the very next call after one that failed. */
  errno(): number;
  readonly EINTR: number;
  readonly EWOULDBLOCK: number;
}

/** How often a file that is being replaced under our hands is tried again. */
const ATTEMPTS_MAX = 32;

/**
 * flock belongs to the open file description, so a second one in the same process is refused like a stranger's.
 * @see flock(2)
 */
export function tryLockPosixFile(library: FlockLibrary, path: string): FileLock | null {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const fd = openLockFile(path);
    let held = false;
    try {
      if (!tryFlock(library, fd, path)) return null;
      held = isFileAt(path, fd);
      if (held) return new HeldLock(path, new PosixLockHandle(library, fd, path));
    } finally {
      if (!held) {
        library.flock(fd, FLOCK.LOCK_UN);
        closeSync(fd);
      }
    }
  }
  const code = osConstants.errno.ESTALE;
  throw new LockError({ operation: "lock", path, code, codeName: errnoName(code) });
}

function openLockFile(path: string): number {
  for (;;) {
    try {
      // openSync adds O_CLOEXEC, and that must stay: a child that inherits the description keeps the lock after us.
      // Read and write, because NFS grants an exclusive lock on a writable descriptor only. No O_TRUNC: the note of
      // whoever holds it now stands in there.
      return openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EINTR") throw lockErrorFrom(error, "open", path);
    }
  }
}

/** false: held by somebody else. */
function tryFlock(library: FlockLibrary, fd: number, path: string): boolean {
  for (;;) {
    if (library.flock(fd, FLOCK.LOCK_EX | FLOCK.LOCK_NB) === 0) return true;
    const code = library.errno();
    if (code === library.EWOULDBLOCK) return false;
    if (code !== library.EINTR)
      throw new LockError({ operation: "lock", path, code, codeName: errnoName(code) });
  }
}

/** A lock on a file that is no longer at its path excludes nobody: the next one to come locks the file that is. */
function isFileAt(path: string, fd: number): boolean {
  try {
    // bigint: inode numbers go beyond 2^53, and two that differ in the last bits only would look the same.
    const [opened, standing] = [fstatSync(fd, { bigint: true }), statSync(path, { bigint: true })];
    return opened.ino === standing.ino && opened.dev === standing.dev;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw lockErrorFrom(error, "open", path);
  }
}

class PosixLockHandle {
  readonly #library: FlockLibrary;
  readonly #fd: number;
  readonly #path: string;

  constructor(library: FlockLibrary, fd: number, path: string) {
    this.#library = library;
    this.#fd = fd;
    this.#path = path;
  }

  replaceContent(bytes: Buffer): void {
    writeSync(this.#fd, bytes, 0, bytes.length, 0);
    ftruncateSync(this.#fd, bytes.length);
  }

  unlockAndClose(): void {
    // LOCK_UN is not made superfluous by the close: a child between fork and exec shares our open file description, and
    // until its exec the lock would stay, though we closed ours.
    const unlocked = this.#library.flock(this.#fd, FLOCK.LOCK_UN) === 0;
    const code = unlocked ? 0 : this.#library.errno();
    closeSync(this.#fd);
    if (!unlocked) {
      throw new LockError({ operation: "unlock", path: this.#path, code, codeName: errnoName(code) });
    }
  }
}
