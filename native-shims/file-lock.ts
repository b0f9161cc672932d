import { encodeLockNote } from "./lock-note.ts";

/** A lock that is held until it is released or this process ends, however it ends. */
export interface FileLock extends Disposable {
  readonly path: string;
  /**
   * Replaces what stands in the file behind byte 0.
   * @param text one line of at most 4 KB, readable by anyone through `readLockNote`
   */
  writeNote(text: string): void;
  /**
   * Idempotent. The note stays in the file.
   * @throws {LockError} unlock
   */
  release(): void;
}

/** What a platform's lock has to do once it is held. */
export interface LockHandle {
  replaceContent(bytes: Buffer): void;
  unlockAndClose(): void;
}

export class HeldLock implements FileLock {
  readonly path: string;
  #handle: LockHandle | null;

  constructor(path: string, handle: LockHandle) {
    this.path = path;
    this.#handle = handle;
  }

  writeNote(text: string): void {
    // After the release the descriptor's number may belong to any other file by now.
    if (this.#handle === null) throw new Error(`the lock ${this.path} is released`);
    this.#handle.replaceContent(encodeLockNote(text));
  }

  release(): void {
    const handle = this.#handle;
    this.#handle = null;
    handle?.unlockAndClose();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}
