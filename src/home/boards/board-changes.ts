import { statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { BoardError } from "../../board/error.ts";
import { type Takeover, takeovers } from "../../board/lease.ts";
import { placeOf } from "../../store/place.ts";
import { currentFolder } from "../../system/files/current-folder.ts";
import { type BoardMetadata, writeBoardMetadata } from "../../system/home/board-metadata.ts";
import { type BoardPaths, boardPaths, hasBoard, listBoardSlugs } from "../../system/home/board-paths.ts";
import { writeCurrentBoard } from "../../system/home/current-board.ts";
import { parseSlug, SLUG_RULE } from "../../system/home/slug.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import type { Home } from "../session/home.ts";
import type { Place } from "../session/place.ts";
import { noBoard } from "./no-board.ts";

/** Makes a board the one that is used where none is named; its slug. @throws {BoardError} not_found */
export function switchBoard(home: Home, text: string): string {
  const { slug } = requireBoard(home.place, text);
  writeCurrentBoard(home.place.home, slug);
  return slug;
}

/**
 * Names the repository that worktrees of a board come from, where a task names none.
 * @param folder from the working directory on; null: none @throws {BoardError} not_found, usage for no folder
 */
export function setDefaultWorkdir(home: Home, text: string, folder: string | null): BoardMetadata {
  const paths = requireBoard(home.place, text);
  return writeBoardMetadata(paths, { defaultWorkdir: folder === null ? null : requireFolder(folder) });
}

function requireFolder(path: string): string {
  const folder = isAbsolute(path) ? resolve(path) : resolve(currentFolder(), path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new BoardError("usage", `there is no folder ${folder}`, {
    hint: "make the folder first, or check the path",
  });
}

/** Gives a board another name for people: its slug and its files stay. @throws {BoardError} not_found */
export function renameBoard(home: Home, text: string, name: string): BoardMetadata {
  return writeBoardMetadata(requireBoard(home.place, text), { name });
}

/**
 * Says what becomes of the runs of a machine that falls silent.
 * @throws {BoardError} not_found, usage for a word that is none, conflict for a board that is a file
 */
export async function setTakeover(home: Home, text: string, word: string): Promise<Takeover> {
  const { slug } = requireBoard(home.place, text);
  const takeover = takeovers.find((one) => one === word);
  if (takeover === undefined)
    throw new BoardError("usage", `takeover is ${takeovers.join(" or ")}, not ${JSON.stringify(word)}`, {
      hint: `\`kanbun boards set ${slug} takeover ${takeovers[0]}\``,
    });
  await using session = await home.open("write", slug);
  if (session.store.takeover === null && placeOf(session.place.paths).kind === "postgres")
    throw new BoardError("conflict", "a worker may not say what becomes of the runs of a machine", {
      hint: "it is a person's word, on any machine that has the board",
    });
  if (session.store.takeover === null)
    throw new BoardError("conflict", `the board ${slug} is a file of this machine: no other works on it`, {
      hint: "`kanbun boards move --help` says how it is moved to a server first",
    });
  await session.store.takeover.setTakeover(takeover);
  return takeover;
}

/** The files of a board that is there. @throws {BoardError} usage for no slug, not_found */
export function requireBoard(place: Place, text: string): BoardPaths {
  const { home } = place;
  const paths = boardPaths(home, requireSlug(text));
  if (hasBoard(paths)) return paths;
  const slugs = listBoardSlugs(home);
  if (slugs.length === 0) throw noBoard(place);
  const meant = nearestName(paths.slug, slugs);
  throw new BoardError("not_found", `there is no board ${paths.slug} in ${home}`, {
    hint: meant === null ? `use one of ${slugs.join(", ")}` : `did you mean \`${meant}\`?`,
  });
}

/** @throws {BoardError} usage for what can't name a board */
export function requireSlug(text: string): string {
  const slug = parseSlug(text);
  if (slug !== null) return slug;
  throw new BoardError("usage", `${JSON.stringify(text)} is not a slug`, { hint: `use ${SLUG_RULE}` });
}
