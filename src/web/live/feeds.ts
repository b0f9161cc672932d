import type { WebHome } from "../web-home.ts";
import { BoardFeed } from "./board-feed.ts";

/** The feeds of a home's boards: one for each that someone follows, however many do. */
export class Feeds {
  readonly #web: WebHome;
  readonly #feeds = new Map<string, BoardFeed>();

  constructor(web: WebHome) {
    this.#web = web;
  }

  /** @throws {BoardError} not_found without such a board */
  of(slug: string): BoardFeed {
    const known = this.#feeds.get(slug);
    if (known !== undefined) return known;
    this.#web.board(slug);
    const feed = new BoardFeed(this.#web, slug);
    this.#feeds.set(slug, feed);
    return feed;
  }

  /** A request has changed the board: its followers are told at once. */
  noteChange(slug: string): void {
    this.#feeds.get(slug)?.noteChange();
  }
}
