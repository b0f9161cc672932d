import { dirname, join, sep } from "node:path";
import { BoardError } from "../../board/error.ts";
import { currentFolder } from "../../system/files/current-folder.ts";
import { findHomeFolder, requireOwnHome, usualHome } from "../../system/home/home.ts";
import { userHome } from "../../system/home/user-home.ts";
import type { Home } from "../session/home.ts";
import type { PlaceOptions } from "../session/place.ts";

/** The home that is to be made, before anything is. */
export interface HomeToMake {
  readonly home: Home;
  /** What commands from here have used until now, and won't any more; null where that changes nothing. */
  readonly instead: string | null;
  /** Whether commands from here use it without its being named. */
  readonly isFoundFromHere: boolean;
}

/**
 * Which home `init` makes: the one that was named, with `isUser` the user's own, else `.kanbun` in the current folder,
 * whatever there is above it.
 * @throws {BoardError} conflict in a folder that belongs to a home @throws {ConfigError} for another user's `.kanbun`
 */
export function homeToMake(
  home: Home,
  { named, isUser }: { readonly named: PlaceOptions["home"]; readonly isUser: boolean },
): HomeToMake {
  const { env } = home;
  const isNamed = named !== undefined || Boolean(env.KANBUN_HOME);
  if (isNamed && !isUser) return { home, instead: null, isFoundFromHere: true };
  const here = currentFolder();
  const nearest = findHomeFolder(here);
  if (isUser) {
    const path = usualHome({ env, userHome: userHome(env) });
    const isFoundFromHere = !isNamed && (nearest === null || nearest === path);
    return { home: home.at(path), instead: null, isFoundFromHere };
  }
  if (nearest !== null && `${here}${sep}`.startsWith(join(nearest, sep)))
    throw new BoardError("conflict", `${here} is a folder of the home ${nearest}`, {
      hint: "go to the folder of your project, or name a home with --home",
    });
  const path = join(here, ".kanbun");
  const above = nearest === path ? null : findHomeFolder(dirname(here));
  return { home: home.at(requireOwnHome(path)), instead: above, isFoundFromHere: true };
}
