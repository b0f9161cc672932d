import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Home } from "../session/home.ts";
import { initHome } from "./init-home.ts";

/**
 * Makes the home that no one named, so that the first task needs no `init`: only where no board is or was.
 * @returns its folder; null where nothing was made
 */
export async function makeFirstHome(home: Home): Promise<string | null> {
  const { home: folder, homeSource } = home.place;
  // A name that leads nowhere may be mistyped.
  if (homeSource === "flag" || homeSource === "environment") return null;
  if (existsSync(join(folder, "kanban")) || existsSync(join(folder, "kanban.db"))) return null;
  await initHome(home);
  return folder;
}
