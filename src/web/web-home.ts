import { requireBoard } from "../home/boards/board-changes.ts";
import { KanbunHome } from "../home/kanbun-home.ts";
import { Home } from "../home/session/home.ts";
import type { Session } from "../home/session/session.ts";

/** A board as one request has it: with the configuration and the processes as they are now. */
export interface WebBoard {
  readonly home: Home;
  readonly kanbun: KanbunHome;
}

/** The home that is served. Nothing is held open between two requests. */
export class WebHome {
  readonly path: string;
  /** Who is named in the history. */
  readonly actor: string;
  readonly #home: Home;

  private constructor(home: Home, actor: string) {
    this.#home = home;
    this.path = home.place.home;
    this.actor = actor;
  }

  static async of(home: Home): Promise<WebHome> {
    return new WebHome(home, (await home.actor()).name);
  }

  /** The board that is used where none is named, as it is said now. */
  get current(): WebBoard {
    return this.#open(undefined);
  }

  /** @throws {BoardError} not_found, usage for what is no slug */
  board(slug: string): WebBoard {
    return this.#open(requireBoard(this.#home.place, slug).slug);
  }

  /** Opens a board for what only its store knows. @throws {BoardError} as `board` */
  async read(slug: string): Promise<Session> {
    return this.board(slug).home.open("read");
  }

  #open(slug: string | undefined): WebBoard {
    const { kanbun, env } = this.#home;
    const home = new Home(
      {
        home: this.path,
        as: this.actor,
        ...(slug === undefined ? {} : { board: slug }),
        ...(kanbun === undefined ? {} : { kanbun }),
      },
      env,
    );
    return { home, kanbun: new KanbunHome(home) };
  }
}
