import type { BoardMetadata } from "../../system/home/board-metadata.ts";
import type { Home } from "../session/home.ts";
import { renameBoard } from "./board-changes.ts";
import { type BoardMaking, createBoard } from "./board-making.ts";
import { type ArchivedBoard, archiveBoard } from "./board-removal.ts";
import { type ListedBoard, listBoards, type ShownBoard, showBoard } from "./board-views.ts";

/** The boards of a home, by their slugs. @throws {BoardError} not_found for a board that isn't there */
export class Boards {
  readonly #home: Home;

  constructor(home: Home) {
    this.#home = home;
  }

  /** One that cannot be opened is listed all the same, with what is wrong with it. */
  list(): Promise<readonly ListedBoard[]> {
    return listBoards(this.#home);
  }

  /** @param slug default: the board that is used */
  show(slug?: string): Promise<ShownBoard> {
    return showBoard(this.#home, slug);
  }

  /** @param slug 1 to 64 of a-z, 0-9, - and _ @throws {BoardError} conflict when it is taken, usage when it is none */
  async create(slug: string, fields: BoardMaking = {}): Promise<BoardMetadata> {
    await this.#home.requireMayChange();
    return await createBoard(this.#home, slug, fields);
  }

  /** Another name for people; its slug and its files stay. */
  async rename(slug: string, name: string): Promise<BoardMetadata> {
    await this.#home.requireMayChange();
    return renameBoard(this.#home, slug, name);
  }

  /**
   * Moves its folder into the archive: nothing is deleted.
   * @throws {BoardError} conflict while it has running workers, unless `force`, which ends them first
   */
  async archive(slug: string, how: { readonly force?: boolean } = {}): Promise<ArchivedBoard> {
    await this.#home.requireMayChange();
    return await archiveBoard(this.#home, slug, how);
  }
}
