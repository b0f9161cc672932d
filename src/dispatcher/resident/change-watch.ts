import { type FSWatcher, watch } from "node:fs";
import { dirname } from "node:path";
import { databaseFileOf, type StorePlace } from "../../store/place.ts";

interface WatchedBoard {
  readonly place: StorePlace;
}

/**
 * Tells at once when something is written into the folders of boards, as every commit does with its log; for the time in
 * which nothing happens, so that nothing needs to be asked. No more than a hint: where the kernel tells of no changes (a
 * folder of another machine, too many watches) or on another platform than Linux there is none, and no one may rest on it.
 *
 * A folder is watched without being opened for reading, and none of its files is opened (I10). @see inotify(7)
 */
export class ChangeWatch {
  readonly #onChange: () => void;
  readonly #watchers = new Map<WatchedBoard, FSWatcher | null>();

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /**
   * Watches these boards from now on, and no others. Whether each of them has been watched since the call before: what was
   * written earlier is for the caller to find.
   */
  cover(boards: readonly WatchedBoard[]): boolean {
    for (const board of this.#watchers.keys()) if (!boards.includes(board)) this.#end(board);
    let isCovered = true;
    for (const board of boards) {
      isCovered &&= (this.#watchers.get(board) ?? null) !== null;
      if (!this.#watchers.has(board)) this.#watchers.set(board, this.#begin(board));
    }
    return isCovered;
  }

  close(): void {
    for (const board of this.#watchers.keys()) this.#end(board);
  }

  #begin(board: WatchedBoard): FSWatcher | null {
    if (process.platform !== "linux") return null;
    try {
      const file = databaseFileOf(board.place);
      if (file === null) return null;
      const watcher = watch(dirname(file), { persistent: false }, (_, name) => {
        // Our own ticks write into the lock file, and no one says anything there that is news.
        if (!name?.endsWith(".lock")) this.#onChange();
      });
      watcher.on("error", () => {
        watcher.close();
        this.#watchers.set(board, null);
      });
      return watcher;
    } catch {
      return null; // it is asked for then, as often as where there is no such thing
    }
  }

  #end(board: WatchedBoard): void {
    this.#watchers.get(board)?.close();
    this.#watchers.delete(board);
  }
}
