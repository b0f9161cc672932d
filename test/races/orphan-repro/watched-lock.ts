import { type FileLock, tryLockFile } from "../../../native-shims/index.ts";
import type { Journal } from "./journal.ts";

/** Counts the ticks of one dispatcher, and writes down where each begins and ends. */
export class WatchedLocks {
  readonly #journal: Journal;
  readonly #name: string;
  readonly #take: typeof tryLockFile;
  #skips = 0;

  /** @param kind `none`: every attempt succeeds, and excludes no one. */
  constructor(journal: Journal, name: string, kind: "kernel" | "none") {
    this.#journal = journal;
    this.#name = name;
    this.#take = kind === "kernel" ? tryLockFile : (path) => new NoLock(path);
  }

  /** Like `tryLockFile`; the lines are written inside of the lock, so that they are in its order. */
  readonly tryLock: typeof tryLockFile = (path) => {
    const lock = this.#take(path);
    if (lock === null) {
      this.#skips++;
      return null;
    }
    this.#journal.append("begin", this.#name, this.#skips);
    this.#skips = 0;
    return new WatchedLock(lock, () => this.#journal.append("end", this.#name));
  };

  get skips(): number {
    return this.#skips;
  }
}

class WatchedLock implements FileLock {
  readonly path: string;
  readonly #lock: FileLock;
  readonly #beforeRelease: () => void;

  constructor(lock: FileLock, beforeRelease: () => void) {
    this.path = lock.path;
    this.#lock = lock;
    this.#beforeRelease = beforeRelease;
  }

  writeNote(text: string): void {
    this.#lock.writeNote(text);
  }

  release(): void {
    this.#beforeRelease();
    this.#lock.release();
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

class NoLock implements FileLock {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  writeNote(): void {}
  release(): void {}
  [Symbol.dispose](): void {}
}
