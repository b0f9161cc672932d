import { watch } from "node:fs";
import { dirname } from "node:path";
import { canonicalDatabasePath } from "../../../system/home/board-paths.ts";
import type { NewsListener, NewsSource } from "../../news.ts";

/**
 * News of a board in a file: its number of changes by others, and the kernel's word that something was written into its folder,
 * as every commit does with its log. Where the kernel tells of no changes (a folder of another machine, too many watches), or
 * on another platform than Linux, no one calls.
 */
export class FileNews implements NewsSource {
  /** Each write is told, own ones too. */
  readonly isPaced = false;
  /** Whoever has the file open is. */
  readonly isCalled = true;
  readonly #path: string;
  readonly #countChanges: () => number;

  /** @param countChanges those of other connections */
  constructor(path: string, countChanges: () => number) {
    this.#path = path;
    this.#countChanges = countChanges;
  }

  async getVersion(): Promise<number> {
    return this.#countChanges();
  }

  /** It is a number in memory. */
  getKnownVersion(): Promise<number> {
    return this.getVersion();
  }

  /** The folder is watched without being opened for reading, and none of its files is opened (I10). @see inotify(7) */
  tryListen(onNews: () => void): NewsListener | null {
    if (process.platform !== "linux") return null;
    try {
      return new FolderListener(dirname(canonicalDatabasePath(this.#path)), onNews);
    } catch {
      return null; // it is asked for then, as often as where there is no such thing
    }
  }
}

class FolderListener implements NewsListener {
  #isListening = true;
  readonly #watcher;

  constructor(folder: string, onNews: () => void) {
    this.#watcher = watch(folder, { persistent: false }, (_, name) => {
      // Our own ticks write into the lock file, and no one says anything there that is news.
      if (!name?.endsWith(".lock")) onNews();
    });
    this.#watcher.on("error", () => this.end());
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  end(): void {
    this.#isListening = false;
    this.#watcher.close();
  }
}
