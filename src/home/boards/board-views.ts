import { type BoardMetadata, readBoardMetadata } from "../../system/home/board-metadata.ts";
import { type BoardPaths, boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";
import { requireBoard } from "./board-changes.ts";

/** A board among the others of its home. */
export interface ListedBoard {
  readonly slug: string;
  readonly name: string;
  /** Whether it is the one that is used where none is named. */
  readonly isCurrent: boolean;
  /** null where it could not be opened: then `problem` says why. */
  readonly tasks: number | null;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly problem: string | null;
}

/** A board with its files; without `board.json` the fields of that are absent. */
export type ShownBoard = Omit<BoardPaths, "metadata"> &
  Partial<BoardMetadata> & {
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

/** @param text default: the board that is used @throws {BoardError} not_found */
export async function showBoard(home: Home, text: string | undefined): Promise<ShownBoard> {
  const { place } = home;
  const paths = requireBoard(place, text ?? place.board);
  await using session = await home.open("read", paths.slug);
  const { tasks, byStatus } = await session.store.getCounts();
  const { metadata: _, ...files } = paths;
  const isCurrent = paths.slug === place.board;
  return { ...files, isCurrent, ...readBoardMetadata(paths), tasks, byStatus };
}
