import { BoardError } from "../../board/error.ts";
import { listServerBoards, renderSetup, requireStore } from "../../store/open/servers.ts";
import { readConfig } from "../../system/config/config.ts";
import { boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import { readBoardStore } from "../../system/home/board-store.ts";
import { describeError } from "../failure.ts";
import type { Home } from "../session/home.ts";

/** A store of kanbun.toml, and what it has. */
export interface ListedStore {
  readonly name: string;
  readonly url: string;
  /** What the boards are called there; null where it can't be asked: then `problem` says why. */
  readonly boards: readonly string[] | null;
  /** The boards of this home that it keeps. */
  readonly joined: readonly string[];
  readonly problem: string | null;
}

/** The stores of the home. Each is asked what it has; one that can't be reached is listed all the same. */
export async function listStores(home: Home): Promise<readonly ListedStore[]> {
  const folder = home.place.home;
  const kept = listBoardSlugs(folder).flatMap((slug) => {
    try {
      return [{ slug, store: readBoardStore(boardPaths(folder, slug))?.store ?? null }];
    } catch {
      return []; // `kanbun boards list` says what is wrong with it
    }
  });
  return Promise.all(
    [...readConfig(folder).stores.values()].map(async ({ name, url }) => {
      const joined = kept.filter(({ store }) => store === name).map(({ slug }) => slug);
      try {
        const boards = await listServerBoards(requireStore(folder, name), home.env);
        return { name, url, joined, boards, problem: null };
      } catch (error) {
        return { name, url, joined, boards: null, problem: describeError(error).message };
      }
    }),
  );
}

/**
 * The SQL that lets a store of the home be used, for a person who may make roles.
 * @param name null: the only one @throws {BoardError} not_found; usage for null where there are several
 */
export function describeStoreSetup(
  home: Home,
  name: string | null,
): { readonly store: string; readonly sql: string } {
  const store = name ?? requireOnly(home);
  return { store, sql: renderSetup(requireStore(home.place.home, store)) };
}

function requireOnly(home: Home): string {
  const { stores, path } = readConfig(home.place.home);
  const [first, ...others] = stores.keys();
  if (first === undefined)
    throw new BoardError("not_found", "this home has no store", {
      hint: `add [stores.team] with its url to ${path}`,
    });
  if (others.length > 0)
    throw new BoardError("usage", `this home has several stores: ${[first, ...others].join(", ")}`, {
      hint: `name one, as in \`kanbun store init ${first}\``,
    });
  return first;
}
