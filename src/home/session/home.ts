import { type Actor, type Environment, resolveActor } from "./actor.ts";
import { requireRunIsOpen } from "./own-run.ts";
import { type Place, type PlaceOptions, resolvePlace } from "./place.ts";
import { type OpenMode, openSession, type Session } from "./session.ts";

export interface HomeOptions extends PlaceOptions {
  /** Who is named in the history; default as {@link Home.actor} says. */
  readonly as?: string;
  /** How Kanbun is started for a worker that types `kanbun`; left out: as this very program was. */
  readonly kanbun?: () => readonly string[];
}

/** A home as one user sees it: which home and board are used, and who acts. */
export class Home {
  readonly env: Environment;
  readonly #options: HomeOptions;
  #place: Place | null = null;

  constructor(options: HomeOptions, env: Environment) {
    this.#options = options;
    this.env = env;
  }

  /** The home and the board that are used. Neither needs to exist. @throws {ConfigError} */
  get place(): Place {
    this.#place ??= resolvePlace(this.#options, this.env);
    return this.#place;
  }

  /** The same user's look at the home in `folder`. */
  at(folder: string): Home {
    return new Home({ ...this.#options, home: folder }, this.env);
  }

  /** How Kanbun is started, if that was said. */
  get kanbun(): HomeOptions["kanbun"] {
    return this.#options.kanbun;
  }

  /** The same home with `slug` as the board that is used. */
  withBoard(slug: string): Home {
    return new Home({ ...this.#options, home: this.place.home, board: slug }, this.env);
  }

  /** Who was named, else KANBUN_ACTOR, else inside a worker its profile, else the login name. */
  async actor(): Promise<Actor> {
    return resolveActor(this.#options, this.env);
  }

  /**
   * Opens the board that is used, or the one named `slug`. Use it with `await using`, which closes it in any case.
   * @param how.asActor find out who asks though nothing is written
   * @throws {BoardError} not_found, with what to type, when there is no such board (mode `create` makes it)
   */
  async open(mode: OpenMode, slug = this.place.board, { asActor = mode !== "read" } = {}): Promise<Session> {
    const actor = asActor ? await this.actor() : { name: "", env: this.env };
    return openSession(this.place, slug, { mode, actor });
  }

  /** @throws {BoardError} superseded for a worker that would change something after its run is over (I4) */
  async requireMayChange(): Promise<void> {
    if (this.env.KANBUN_TOKEN) await requireRunIsOpen(this.env);
  }
}
