import { statSync } from "node:fs";
import { Dispatcher } from "../../dispatcher/dispatcher.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import { readBoardStore } from "../../system/home/board-store.ts";
import type { Home } from "../session/home.ts";
import { countAtWork, type OpenBoard, type OpenBoards, slugsMeant } from "./dispatch-boards.ts";
import { makeDispatchContext } from "./dispatch-context.ts";
import { HostPresence } from "./host-presence.ts";

/** How often a resident looks for boards that were made without telling it. */
const lookForMs = 1_000;

/** The boards that a resident works on: those that are used, as they come and go. */
export class ResidentBoards implements OpenBoards {
  readonly #home: Home;
  readonly #onWorkerExit: (slug: string) => void;
  readonly #presence: HostPresence;
  readonly #findWorkerSocket: () => string | null;
  #open: readonly ResidentBoard[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @throws {BoardError} not_found when there is none to begin with. */
  constructor(home: Home, onWorkerExit: (slug: string) => void, findWorkerSocket: () => string | null) {
    this.#home = home;
    this.#presence = new HostPresence(home);
    this.#findWorkerSocket = findWorkerSocket;
    this.#onWorkerExit = onWorkerExit;
    this.#openNew(slugsMeant(home));
  }

  get open(): readonly OpenBoard[] {
    return this.#open;
  }

  get slugs(): readonly string[] {
    return this.#open.map(({ slug }) => slug);
  }

  enter(how: Parameters<OpenBoards["enter"]>[0]): Promise<void> {
    return this.#presence.begin(this.slugs, {
      ...how,
      countAtWork: () => countAtWork(this.#open),
      onWake: this.#onWorkerExit,
    });
  }

  /** The next refresh looks for new boards. */
  lookAgain(): void {
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Releases boards whose folder is gone, or that are kept elsewhere now, and takes on those that are new; whether there were any. */
  refresh(): boolean {
    const before = this.#open;
    this.#open = before.filter((board) => this.#isThere(board));
    // Not waited for: nothing of ours goes on there.
    for (const board of before) if (!this.#open.includes(board)) void board.dispatcher.close();
    if (performance.now() - this.#lookedAtMs >= lookForMs) {
      try {
        this.#openNew(slugsMeant(this.#home));
      } catch {
        // None is left, or the home can't be looked into just now: there may be some again.
      }
    }
    const isOther =
      this.#open.length !== before.length || this.#open.some((board, index) => board !== before[index]);
    // Not waited for either: no tick does.
    if (isOther) void this.#presence.setBoards(this.slugs);
    return isOther;
  }

  /** Whether the next refresh lets go of this board: what a tick of it says now is that it was taken away. */
  hasLeft(slug: string): boolean {
    return this.#open.some((board) => board.slug === slug && !this.#isThere(board));
  }

  async close(): Promise<void> {
    await this.#presence.leave();
    for (const board of this.#open) await board.dispatcher.close();
  }

  #isThere({ slug, folder }: ResidentBoard): boolean {
    return (folderOf(this.#home, slug) ?? folder) === folder;
  }

  #openNew(slugs: readonly string[]): void {
    this.#lookedAtMs = performance.now();
    for (const slug of slugs) {
      if (this.#open.some((board) => board.slug === slug)) continue;
      const { place, env, kanbun } = this.#home;
      const staying = { presence: this.#presence, findWorkerSocket: this.#findWorkerSocket };
      const context = makeDispatchContext(place.home, slug, env, kanbun, staying);
      const dispatcher = new Dispatcher(context, { onWorkerExit: () => this.#onWorkerExit(slug) });
      this.#open = [...this.#open, { slug, dispatcher, folder: folderOf(this.#home, slug) }];
    }
  }
}

interface ResidentBoard extends OpenBoard {
  /** Which folder it is in, and which store keeps it: another one of the same name has another board. */
  readonly folder: string | null;
}

/** "" where there is none; null when that can't be told just now. */
function folderOf(home: Home, slug: string): string | null {
  try {
    const paths = boardPaths(home.place.home, slug);
    const stats = statSync(paths.root, { throwIfNoEntry: false });
    if (stats === undefined) return "";
    const kept = readBoardStore(paths);
    return [stats.dev, stats.ino, kept?.store, kept?.board].join(":");
  } catch {
    return null; // taken for the same until it can be told
  }
}
