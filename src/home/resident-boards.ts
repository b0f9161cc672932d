import { statSync } from "node:fs";
import type { CliContext } from "../cli/command.ts";
import { Dispatcher } from "../dispatcher/dispatcher.ts";
import { boardPaths } from "../system/board-paths.ts";
import { type OpenBoard, type OpenBoards, slugsMeant } from "./dispatch-boards.ts";
import { makeDispatchContext } from "./dispatch-context.ts";

/** How often a resident looks for boards that were made without telling it. */
const lookForMs = 1_000;

/** The boards that a resident works on: those that are meant, as they come and go. */
export class ResidentBoards implements OpenBoards {
  readonly #cli: CliContext;
  readonly #onWorkerExit: (slug: string) => void;
  #open: readonly ResidentBoard[] = [];
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** @throws {BoardError} not_found when there is none to begin with. */
  constructor(cli: CliContext, onWorkerExit: (slug: string) => void) {
    this.#cli = cli;
    this.#onWorkerExit = onWorkerExit;
    this.#openNew(slugsMeant(cli));
  }

  get open(): readonly OpenBoard[] {
    return this.#open;
  }

  get slugs(): readonly string[] {
    return this.#open.map(({ slug }) => slug);
  }

  /** The next refresh looks for new boards. */
  lookAgain(): void {
    this.#lookedAtMs = Number.NEGATIVE_INFINITY;
  }

  /** Lets go of boards whose folder is gone, and takes on those that are new; whether there were any. */
  refresh(): boolean {
    const before = this.#open;
    this.#open = before.filter((board) => (folderOf(this.#cli, board.slug) ?? board.folder) === board.folder);
    for (const board of before) if (!this.#open.includes(board)) board.dispatcher.close();
    if (performance.now() - this.#lookedAtMs >= lookForMs) {
      try {
        this.#openNew(slugsMeant(this.#cli));
      } catch {
        // None is left, or the home can't be looked into just now: there may be some again.
      }
    }
    return this.#open.length !== before.length || this.#open.some((board, index) => board !== before[index]);
  }

  close(): void {
    for (const board of this.#open) board.dispatcher.close();
  }

  #openNew(slugs: readonly string[]): void {
    this.#lookedAtMs = performance.now();
    for (const slug of slugs) {
      if (this.#open.some((board) => board.slug === slug)) continue;
      const context = makeDispatchContext(this.#cli.place.home, slug, this.#cli.env);
      const dispatcher = new Dispatcher(context, { onWorkerExit: () => this.#onWorkerExit(slug) });
      this.#open = [...this.#open, { slug, dispatcher, folder: folderOf(this.#cli, slug) }];
    }
  }
}

interface ResidentBoard extends OpenBoard {
  /** Which folder it is in: another one of the same name has another board. */
  readonly folder: string | null;
}

/** "" where there is none; null when that can't be told just now. */
function folderOf(cli: CliContext, slug: string): string | null {
  try {
    const stats = statSync(boardPaths(cli.place.home, slug).root, { throwIfNoEntry: false });
    return stats === undefined ? "" : `${stats.dev}:${stats.ino}`;
  } catch {
    return null;
  }
}
