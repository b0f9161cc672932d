import type { Takeover } from "../../board/lease.ts";
import { type BoardMetadata, readBoardMetadata } from "../../system/home/board-metadata.ts";
import { type BoardPaths, boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import { readBoardStore } from "../../system/home/board-store.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";
import { requireBoard } from "./board-changes.ts";

/** A board among the others of its home. */
export interface ListedBoard {
  readonly slug: string;
  readonly name: string;
  /** The store that keeps it; null: a file of this machine. */
  readonly store: string | null;
  /** Whether it is the one that is used where none is named. */
  readonly isCurrent: boolean;
  /** null where it could not be opened: then `problem` says why. */
  readonly tasks: number | null;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly problem: string | null;
}

/** A board with its files; without `board.json` the fields of that are absent. */
export type ShownBoard = Omit<BoardPaths, "metadata" | "database"> &
  Partial<BoardMetadata> & {
    /** Its file; null: a store keeps it. */
    readonly database: string | null;
    readonly store: string | null;
    /** What it is called in the store. */
    readonly storeBoard: string | null;
    /** What becomes of the runs of a machine that falls silent; null: it is a file of this one. */
    readonly takeover: Takeover | null;
    readonly isCurrent: boolean;
    readonly tasks: number;
    readonly byStatus: Readonly<Record<string, number>>;
  };

/** All boards of the home. One that cannot be opened is listed all the same, with what is wrong with it. */
export async function listBoards(home: Home): Promise<readonly ListedBoard[]> {
  const { place } = home;
  return Promise.all(
    listBoardSlugs(place.home).map(async (slug) => ({
      slug,
      name: "",
      store: storeOf(boardPaths(place.home, slug)),
      isCurrent: slug === place.board,
      ...(await viewBoard(home, slug)),
    })),
  );
}

async function viewBoard(home: Home, slug: string) {
  try {
    await using session = await home.open("read", slug);
    const { tasks, byStatus } = await session.store.getCounts();
    const name = readBoardMetadata(boardPaths(home.place.home, slug))?.name ?? "";
    return { name, tasks, byStatus, problem: null };
  } catch (error) {
    return { tasks: null, byStatus: {}, problem: describeError(error).message };
  }
}

/** null also where that can't be told: opening the board says why. */
function storeOf(paths: BoardPaths): string | null {
  try {
    return readBoardStore(paths)?.store ?? null;
  } catch {
    return null; // its problem is listed beside it
  }
}

/** @param text default: the board that is used @throws {BoardError} not_found */
export async function showBoard(home: Home, text: string | undefined): Promise<ShownBoard> {
  const { place } = home;
  const paths = requireBoard(place, text ?? place.board);
  await using session = await home.open("read", paths.slug);
  const { tasks, byStatus } = await session.store.getCounts();
  const { metadata: _, ...files } = paths;
  const isCurrent = paths.slug === place.board;
  const kept = readBoardStore(paths);
  const where =
    kept === null
      ? { store: null, storeBoard: null }
      : { database: null, store: kept.store, storeBoard: kept.board };
  const takeover = (await session.store.takeover?.getTakeover()) ?? null;
  return { ...files, ...where, takeover, isCurrent, ...readBoardMetadata(paths), tasks, byStatus };
}
