import { existsSync } from "node:fs";
import { ConfigError } from "../config/config-error.ts";
import { describeValue } from "../config/config-value.ts";
import { replaceFile } from "../files/replace-file.ts";
import { damagedBoardFile, readBoardFile } from "./board-file.ts";

/** Which board of which store a board of the home is. */
export interface BoardStoreName {
  /** As `[stores.<name>]` of kanbun.toml. */
  readonly store: string;
  /** What the board is called there. */
  readonly board: string;
}

interface BoardFiles {
  readonly database: string;
  readonly metadata: string;
}

/**
 * The store that the board is kept in, by its `board.json`; null for one that is a file, or that isn't there.
 * @throws {ConfigError} for a damaged `board.json`, unless the board's own file is there
 */
export function readBoardStore({ database, metadata }: BoardFiles): BoardStoreName | null {
  let raw: ReturnType<typeof readBoardFile>;
  try {
    raw = readBoardFile(metadata);
  } catch (error) {
    // Names and colors are not worth a board that can be worked with; a store that can't be told is.
    if (error instanceof ConfigError && existsSync(database)) return null;
    throw error;
  }
  const [store, board] = [raw?.store ?? null, raw?.store_board ?? null];
  if (store === null) return null;
  if (typeof store !== "string" || store === "")
    throw damagedBoardFile(metadata, "store", "the name of a store of kanbun.toml", describeValue(store));
  if (typeof board !== "string" || board === "")
    throw damagedBoardFile(metadata, "store_board", "what the board is called there", describeValue(board));
  return { store, board };
}

/** Says in `board.json` where the board is kept, and keeps all else of it. null: in its own file. */
export function writeBoardStore({ metadata }: Pick<BoardFiles, "metadata">, at: BoardStoreName | null): void {
  const { store: _, store_board: __, ...others } = readBoardFile(metadata) ?? {};
  const raw = at === null ? others : { ...others, store: at.store, store_board: at.board };
  replaceFile(metadata, `${JSON.stringify(raw, null, 2)}\n`);
}
