import { encodeLockNote } from "./lock-note.ts";

/** A lock that is held until it is released or this process ends, however it ends. */
export interface FileLock extends Disposable {
  readonly path: string;
  /**
   * Replaces the line that is in the file behind byte 0; what is behind that line's end means nothing.
   * @param text one line of at most 4 KB, readable by anyone through `readLockNote`
   */
  writeNote(text: string): void;
  /**
   * Idempotent. The note stays in the file.
   * @throws {LockError} unlock
   */
  release(): void;
}

/** A lock file that stays open between locks, for a caller that takes the same one again and again. */
export interface LockFile extends Disposable {
  readonly path: string;
  /** As `tryLockFile`; null also while the lock that it gave before is held. */
  tryLock(): FileLock | null;
  /** Idempotent. A lock that is held stays held until it is released. */
  close(): void;
}

/** What a platform's lock has to do once it is held. */
export interface LockHandle {
  writeContent(bytes: Buffer): void;
  unlock(): void;
}

export class TakenLock implements FileLock {
  readonly path: string;
  #handle: LockHandle | null;

  constructor(path: string, handle: LockHandle) {
    this.path = path;
    this.#handle = handle;
  }

  writeNote(text: string): void {
    // After the release the descriptor's number may belong to any other file by now.
    if (this.#handle === null) throw new Error(`the lock ${this.path} is released`);
    this.#handle.writeContent(encodeLockNote(text));
  }

  release(): void {
    const handle = this.#handle;
    this.#handle = null;
    handle?.unlock();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
