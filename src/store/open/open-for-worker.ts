import { BoardError } from "../../board/error.ts";
import { openBrokeredBoard, type WorkerVoice } from "../broker/brokered-store.ts";
import type { BoardStore } from "../store.ts";
import type { StoreOptions } from "./store-options.ts";

/** Opens a board of a server for a worker. Loaded for those alone, who need neither settings nor client. */
export function openForWorker(voice: WorkerVoice, { mode, onCommit }: StoreOptions): BoardStore {
  if (mode === "create")
    throw new BoardError("unsupported", "a worker can't make a board on a server", {
      hint: "it does not have the server's password: make the board outside of a run",
    });
  return openBrokeredBoard(voice, onCommit === undefined ? {} : { onCommit });
}
