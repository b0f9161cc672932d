import type { OwnRun } from "../../board/run.ts";
import type { Clock } from "../../system/clock.ts";
import type { StorePlace } from "../place.ts";
import { openBoard } from "../sqlite/open.ts";
import type { BoardStore } from "../store.ts";

/** How a board is opened, wherever it keeps its records. */
export interface StoreOptions {
  readonly clock: Clock;
  /**
   * `read` changes nothing and needs no migration; `write` brings an older board up to date first; `create` makes the
   * board if there is none.
   */
  readonly mode: "read" | "write" | "create";
  /** How long a write waits for another writer; milliseconds. */
  readonly busyTimeoutMs?: number;
  /** Called after each transaction that wrote, when it is committed. */
  readonly onCommit?: () => void;
  /** The run in whose environment this is opened: once it is over nothing can be written. */
  readonly within?: OwnRun | null;
  /** Whoever opens it so calls `checkpoint` of its `FileBacked` face from time to time; nothing where it has none. */
  readonly leavesCheckpoints?: boolean;
  /** Where a store's password may be; default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * Opens the board at `place`: the one way to a store for all that is outside of `src/store`.
 * @throws {BoardError} not_found without a board, not_a_board for something else, newer_board for one that a newer
 *   Kanbun wrote, busy when another process is still creating it after 10 s, unwritable.
 */
export async function openStore(place: StorePlace, options: StoreOptions): Promise<BoardStore> {
  switch (place.kind) {
    case "sqlite":
      return openBoard({ ...options, path: place.path, initLockPath: place.initLockPath });
    case "postgres":
      return (await import("./open-server-board.ts")).openServerBoard(place, options);
  }
}
