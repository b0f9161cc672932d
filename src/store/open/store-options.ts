import type { OwnRun } from "../../board/run.ts";
import type { Clock } from "../../system/clock.ts";

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
  /** Which host dispatches the board by it: it hears of what is for that; default: it is no dispatcher's, and hears of everything. */
  readonly dispatcher?: string | null;
  /** Where a store's password may be; default: the environment of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}
