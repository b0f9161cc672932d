import { importedCommand } from "../dispatch/self-command.ts";
import { Home } from "./home.ts";

/** What a program says of the home that it uses. */
export interface ImportedHomeOptions {
  /** The board; default: KANBUN_BOARD, else the one of `kanbun boards switch`, else `default`. */
  readonly board?: string;
  /** Who is named in the history; default: KANBUN_ACTOR, inside a worker its profile, else the login name. */
  readonly actor?: string;
  /** In place of this process's environment: for the defaults, and for what the workers' allow-list chooses from. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /**
   * How a worker that types `kanbun` is answered: the command and its first words. Default: Bun with this package's own
   * program. To be given where that file isn't there, as in a program that was compiled or bundled.
   */
  readonly kanbun?: readonly string[];
}

/** The home of a program that imports us. @param path as `--home` */
export function importedHome(path: string | undefined, options: ImportedHomeOptions): Home {
  const { board, actor, env = process.env, kanbun } = options;
  return new Home(
    {
      ...(path === undefined ? {} : { home: path }),
      ...(board === undefined ? {} : { board }),
      ...(actor === undefined ? {} : { as: actor }),
      kanbun: () => kanbun ?? importedCommand(),
    },
    env,
  );
}
