import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { openBoard } from "../../../src/store/sqlite/open.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { removeTree } from "../../../src/system/files/remove-tree.ts";
import { type BoardPaths, boardPaths } from "../../../src/system/home/board-paths.ts";
import { systemErrorCode } from "../../../src/system/system-error.ts";
import { makeTestBoard } from "../../support/board.ts";
import { Journal } from "./journal.ts";

/** Longer than a shim takes under this load, shorter than a dispatcher is stopped now and then. */
export const launchGraceMs = process.platform === "win32" ? 3_000 : 150;

/** Where a part takes place: a home of its own with a board, and beside it the records. */
export class Arena {
  readonly home: string;
  readonly paths: BoardPaths;
  readonly records: string;
  /** begin, end, error of ticks and the kills of dispatchers. */
  readonly ticks: Journal;
  /** One document for each tick of an executable in which something happened. */
  readonly reports: Journal;
  /** What the workers say, see `worker.sh`. */
  readonly workers: Journal;

  private constructor(root: string) {
    this.home = join(root, "home");
    this.records = join(root, "records");
    mkdirSync(this.home);
    mkdirSync(join(this.records, "tasks"), { recursive: true });
    this.paths = boardPaths(this.home, "default");
    this.ticks = new Journal(join(this.records, "ticks"));
    this.reports = new Journal(join(this.records, "reports"));
    this.workers = new Journal(join(this.records, "workers"));
  }

  /** @param slots how many workers may run at once */
  static async make(parent: string, name: string, slots = 8): Promise<Arena> {
    const root = join(parent, name);
    mkdirSync(root);
    const arena = new Arena(root);
    const { store } = await makeTestBoard({ home: arena.home, config: arena.#config(slots) });
    store.close();
    return arena;
  }

  #config(slots: number): string {
    const worker =
      process.platform === "win32" ? ["race-worker"] : ["sh", resolve(import.meta.dir, "worker.sh")];
    const command = [...worker, "{title}", "{body}"];
    return `[dispatch]
max_in_progress = ${slots}
max_retries = 1000
retry_delay = "1ms"
retry_delay_max = "10ms"
launch_grace = "${launchGraceMs}ms"

[profiles.racer]
command = ${JSON.stringify(command)}
grace = "60ms"
env = { ORPHAN_REPRO_RECORDS = ${JSON.stringify(this.records)} }
`;
  }

  open(mode: "read" | "write"): Promise<BoardStore> {
    const { database, initLock } = this.paths;
    return openBoard({ path: database, initLockPath: initLock, clock: systemClock, mode });
  }

  /** While it is there, dispatchers close what ended and claim nothing; but for one that is there to be overtaken. */
  get onlyClosePath(): string {
    return join(this.records, "only-close");
  }
}

/** The folder for all that a harness of this name makes. */
export function makeRoot(harness = "orphan-repro"): string {
  return mkdtempSync(join(tmpdir(), `kanbun-${harness}-`));
}

export function removeRoot(root: string): void {
  try {
    removeTree(root);
  } catch (error) {
    // Windows removes no folder in which someone has a file open: our journals are, until this process ends.
    if (process.platform !== "win32" || systemErrorCode(error) === null) throw error;
  }
}
