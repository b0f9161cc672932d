import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeBoardMetadata } from "../../system/home/board-metadata.ts";
import { boardPaths, listBoardSlugs } from "../../system/home/board-paths.ts";
import { systemErrorCode } from "../../system/system-error.ts";
import type { Home } from "../session/home.ts";
import { configTemplate } from "./config-template.ts";
import { requireSafeDisk } from "./safe-disk.ts";

/** A home with its default board. */
export interface MadeHome {
  readonly home: string;
  readonly database: string;
  /** The path of kanbun.toml. */
  readonly config: string;
  /** Whether the board was not there before. */
  readonly created: boolean;
  readonly wroteConfig: boolean;
}

/**
 * Makes the home with its default board and a kanbun.toml of comments; what is there already stays as it is.
 * @param how.name of the default board, for people
 * @throws {BoardError} unsupported on a network file system, unless `force`
 */
export async function initHome(
  home: Home,
  { name, force }: { readonly name?: string | undefined; readonly force?: boolean | undefined } = {},
): Promise<MadeHome> {
  const folder = home.place.home;
  requireSafeDisk(folder, { force });
  const created = !safeList(folder).includes("default");
  await using _session = await home.open("create", "default");
  const paths = boardPaths(folder, "default");
  if (name !== undefined) writeBoardMetadata(paths, { name });
  const config = join(folder, "kanbun.toml");
  const wroteConfig = writeIfMissing(config, configTemplate);
  return { home: folder, database: paths.database, config, created, wroteConfig };
}

function safeList(home: string): readonly string[] {
  try {
    return listBoardSlugs(home);
  } catch {
    // Opening the board says what is wrong with the home, and what to do about it.
    return [];
  }
}

/** Exclusive: of two that start at once neither overwrites what a person wrote. False when there was one. */
function writeIfMissing(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (systemErrorCode(error) === "EEXIST") return false;
    throw error;
  }
}
