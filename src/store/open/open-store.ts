import type { StorePlace } from "../place.ts";
import { openBoard } from "../sqlite/open.ts";
import type { BoardStore } from "../store.ts";
import type { StoreOptions } from "./store-options.ts";

/**
 * Opens the board at `place`: the one way to a store for all that is outside of `src/store`.
 * @throws {BoardError} not_found without a board, not_a_board for something else, newer_board for one that a newer
 *   Kanbun wrote, busy when another process is still creating it after 10 s, unwritable.
 */
export async function openStore(place: StorePlace, options: StoreOptions): Promise<BoardStore> {
  switch (place.kind) {
    case "sqlite":
      return openBoard({ ...options, path: place.path, initLockPath: place.initLockPath });
    case "postgres": {
      const { workerVoice } = await import("./worker-voice.ts");
      const voice = workerVoice(place, options.environment ?? process.env);
      if (voice !== null) return (await import("./open-for-worker.ts")).openForWorker(voice, options);
      return (await import("./open-server-board.ts")).openServerBoard(place, options);
    }
  }
}
