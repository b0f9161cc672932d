import { hostname } from "node:os";
import {
  type FileLock,
  type LockFile,
  lockSupport,
  openLockFile,
  probeProcess,
  readLockNote,
  type tryLockFile,
} from "../../native-shims/index.ts";
import { BoardError } from "../board/error.ts";
import {
  canonicalPlace,
  databaseFileOf,
  describePlace,
  dispatchLockPathOf,
  identityOf,
  type StorePlace,
} from "../store/place.ts";
import { readDatabaseState } from "./database-state.ts";
import { explainFileError } from "./file-error.ts";
import { thisHost } from "./host.ts";
import type { LockHolder } from "./report/report.ts";

/** What the last holder of the lock wrote into its file. */
export interface LockNote extends LockHolder {
  /** Which process had that number; "" where it can't be told. */
  readonly startTime: string;
  /** A state of the database in which nothing was to be reconciled; null where none is known. */
  readonly reconciled: string | null;
  /** When it was given back; null while it is taken, or when its holder was killed. */
  readonly untilAtMs: number | null;
}

/**
 * The dispatch lock of one board: its holder is the only process of this machine that ticks it.
 *
 * The board is named by its canonical place, found once; the lock and the connection of a tick are both made
 * from it, so that the lock can't be that of one file and the writes go to another.
 */
export class DispatchLock {
  readonly place: StorePlace;
  readonly path: string;
  readonly #file: LockFile | null;
  readonly #tryLock: () => FileLock | null;
  readonly #identity: string;

  /** @throws {BoardError} not_found when there is no board at this place. */
  constructor(place: StorePlace, tryLock?: typeof tryLockFile) {
    this.place = canonicalPlace(place);
    this.path = dispatchLockPathOf(this.place);
    this.#file = tryLock ? null : openLockFile(this.path);
    this.#tryLock = () => (tryLock ? tryLock(this.path) : (this.#file?.tryLock() ?? null));
    this.#identity = identityOf(this.place);
    if (this.#identity === "")
      throw new BoardError("not_found", `there is no board at ${describePlace(place)}`, {
        hint: "make one with `kanbun init`",
      });
  }

  get support(): "kernel" | "none" {
    return lockSupport();
  }

  /** The lock, with this process named in it; null when another process has it. Never waits. */
  try(nowMs: () => number): NotedLock | null {
    const lock = this.#tryLock();
    if (lock === null) return null;
    try {
      this.#requireSameBoard();
      return noteLock(lock, nowMs);
    } catch (error) {
      lock.release();
      throw explainFileError(error, this.path);
    }
  }

  /** @see readDatabaseState. null also for a board that is not a file. */
  readState(nowMs: number): string | null {
    const file = databaseFileOf(this.place);
    return file === null ? null : readDatabaseState(file, nowMs);
  }

  close(): void {
    this.#file?.close();
  }

  /** Who has the lock, as far as it has said so: a stranger holds it without a word, and then it is null. */
  readHolder(): LockHolder | null {
    return readHolderOf(this.path);
  }

  /** A board that was moved away or replaced is not the one that our connection writes to. */
  #requireSameBoard(): void {
    if (identityOf(this.place) !== this.#identity)
      throw new BoardError(
        "conflict",
        `${describePlace(this.place)} was moved or replaced while it was in use`,
        {
          hint: "start the dispatcher again; nothing was written",
        },
      );
  }
}

/** Names this process in the file of a lock that it has just got. */
export function noteLock(lock: FileLock, nowMs: () => number): NotedLock {
  const holder = { ...thisProcess(), host: hostname(), since_ms: nowMs() };
  lock.writeNote(JSON.stringify(holder));
  return new NotedLock(lock, (reconciled) => JSON.stringify({ ...holder, until_ms: nowMs(), reconciled }));
}

/** Who has the lock, as far as its note says so and that process is not known to be gone. */
export function readHolderOf(lockPath: string): LockHolder | null {
  const last = readLockNoteOf(lockPath);
  if (last === null || last.untilAtMs !== null) return null;
  const isGone = last.host === hostname() && probeProcess(last) === "dead";
  return isGone ? null : { pid: last.pid, host: last.host, sinceAtMs: last.sinceAtMs };
}

/** A dispatch lock that says in its note when it was given back. */
export class NotedLock implements FileLock {
  readonly path: string;
  /** For its note: the state of the database, before this tick, in which nothing was to be reconciled. */
  reconciled: string | null = null;
  readonly #lock: FileLock;
  readonly #lastNote: (reconciled: string | null) => string;

  constructor(lock: FileLock, lastNote: (reconciled: string | null) => string) {
    this.path = lock.path;
    this.#lock = lock;
    this.#lastNote = lastNote;
  }

  writeNote(text: string): void {
    this.#lock.writeNote(text);
  }

  release(): void {
    try {
      this.#lock.writeNote(this.#lastNote(this.reconciled));
    } catch {
      // What the tick did is done: a note that can't be written must not make it look undone.
    } finally {
      this.#lock.release();
    }
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

/** What the last holder wrote into the lock file; null when no one ever has. */
export function readLockNoteOf(lockPath: string): LockNote | null {
  try {
    const {
      pid,
      start_time,
      host,
      since_ms,
      until_ms = null,
      reconciled = null,
    } = JSON.parse(readLockNote(lockPath));
    return typeof pid === "number"
      ? {
          pid,
          startTime: String(start_time ?? ""),
          host: String(host),
          sinceAtMs: Number(since_ms),
          untilAtMs: until_ms,
          reconciled,
        }
      : null;
  } catch {
    return null; // half written, or another program's: no one is named
  }
}

function thisProcess() {
  const { pid, startTime } = thisHost().dispatcher ?? { pid: process.pid, startTime: "" };
  return { pid, start_time: startTime };
}
