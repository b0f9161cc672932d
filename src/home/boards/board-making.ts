import { mkdirSync } from "node:fs";
import { dirname, isAbsolute } from "node:path";
import { BoardError } from "../../board/error.ts";
import { openStore } from "../../store/open/open-store.ts";
import { serverPlace } from "../../store/place.ts";
import { type BoardMetadata, writeBoardMetadata } from "../../system/home/board-metadata.ts";
import { type BoardPaths, boardPaths, hasBoard } from "../../system/home/board-paths.ts";
import { type BoardStoreName, writeBoardStore } from "../../system/home/board-store.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";
import { requireSlug } from "./board-changes.ts";
import { requireSafeDisk } from "./safe-disk.ts";

/** What a new board may be told of itself; left out: empty. */
export interface BoardFields {
  readonly name?: string;
  readonly description?: string;
  readonly icon?: string;
  readonly color?: string;
  /** Absolute: the repository that worktrees are made of. */
  readonly defaultWorkdir?: string;
}

/** A board that was made or joined, and where it is kept. */
export interface MadeBoard extends BoardMetadata {
  /** Its file; null: a store keeps it. */
  readonly database: string | null;
  readonly store: string | null;
  /** What it is called in the store. */
  readonly storeBoard: string | null;
}

/** How a board is made. */
export interface BoardMaking extends BoardFields {
  /** A store of kanbun.toml that keeps it; left out: a file of this machine. */
  readonly store?: string;
  /** Also on a network file system. */
  readonly force?: boolean;
}

/** Makes a board. @throws {BoardError} conflict when the slug is taken, usage when it is none, unsupported disk */
export async function createBoard(
  home: Home,
  text: string,
  { store, force, ...fields }: BoardMaking = {},
): Promise<MadeBoard> {
  const paths = requireFreeSlug(home, text, fields);
  requireSafeDisk(home.place.home, { force });
  if (store === undefined) {
    await using _session = await home.open("create", paths.slug);
    return { ...writeFields(paths, fields), database: paths.database, store: null, storeBoard: null };
  }
  return await inStore(home, paths, { at: { store, board: paths.slug }, isNew: true, fields });
}

/**
 * Makes a board of a store, which another home has made, a board of this home too.
 * @param how.board what it is called there; default: as here
 * @throws {BoardError} not_found when the store has none, conflict when the slug is taken
 */
export async function joinBoard(
  home: Home,
  text: string,
  { store, board, ...fields }: BoardFields & { readonly store: string; readonly board?: string },
): Promise<MadeBoard> {
  const paths = requireFreeSlug(home, text, fields);
  requireSafeDisk(home.place.home, { force: false });
  return await inStore(home, paths, { at: { store, board: board ?? paths.slug }, isNew: false, fields });
}

function requireFreeSlug(home: Home, text: string, { defaultWorkdir }: BoardFields): BoardPaths {
  const paths = boardPaths(home.place.home, requireSlug(text));
  if (defaultWorkdir !== undefined && !isAbsolute(defaultWorkdir))
    throw new BoardError("usage", `--default-workdir must be absolute: ${defaultWorkdir}`, {
      hint: "workers start in another folder",
    });
  if (hasBoard(paths))
    throw new BoardError("conflict", `there is a board ${paths.slug} already`, {
      hint: `look at it with \`kanbun boards show ${paths.slug}\``,
    });
  return paths;
}

/** Opens it there before this home knows it: what the server refuses leaves no trace here. */
async function inStore(
  home: Home,
  paths: BoardPaths,
  how: { readonly at: BoardStoreName; readonly isNew: boolean; readonly fields: BoardFields },
): Promise<MadeBoard> {
  const { at, isNew, fields } = how;
  const open = (mode: "read" | "write" | "create") =>
    openStore(serverPlace(paths, at), { clock: systemClock, mode, environment: home.env });
  if (isNew) {
    const isTaken = await open("read").then(
      async (store) => {
        await store.close();
        return true;
      },
      (error) => {
        if (error instanceof BoardError && error.kind === "not_found") return false;
        throw error;
      },
    );
    if (isTaken)
      throw new BoardError("conflict", `the store ${at.store} has a board ${at.board} already`, {
        hint: `work on it with \`kanbun boards join ${at.board} --store ${at.store}\``,
      });
  }
  const store = await open(isNew ? "create" : "write");
  await store.close();
  mkdirSync(paths.root, { recursive: true, mode: 0o700 });
  mkdirSync(dirname(paths.metadata), { recursive: true, mode: 0o700 });
  writeBoardStore(paths, at);
  const metadata = writeFields(paths, fields);
  return { ...metadata, database: null, store: at.store, storeBoard: at.board };
}

function writeFields(
  paths: BoardPaths,
  { name, description, icon, color, defaultWorkdir }: BoardFields,
): BoardMetadata {
  return writeBoardMetadata(paths, {
    createdAtMs: Math.floor(Date.now() / 1000) * 1000,
    archived: false,
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(icon === undefined ? {} : { icon }),
    ...(color === undefined ? {} : { color }),
    ...(defaultWorkdir === undefined ? {} : { defaultWorkdir }),
  });
}
