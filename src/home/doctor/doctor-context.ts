import type { DoctorContext } from "../../doctor/context.ts";
import { sqliteCare } from "../../store/sqlite/database/database-care.ts";
import { readConfig } from "../../system/config/config.ts";
import { listBoardSlugs } from "../../system/home/board-paths.ts";
import { initCommand } from "../boards/no-board.ts";
import { makeDispatchContext } from "../dispatch/dispatch-context.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";

/** What the doctor of the home that is used is given, for `boards` of it. */
export async function makeDoctorContext(at: Home, boards: readonly string[]): Promise<DoctorContext> {
  const { home } = at.place;
  const dispatchContext = (slug: string) => makeDispatchContext(home, slug, at.env, at.kanbun);
  return {
    home,
    initCommand: initCommand(at.place),
    boards,
    allBoards: listBoardSlugs(home),
    actor: (await at.actor()).name,
    clock: systemClock,
    environment: at.env,
    selfCommand: dispatchContext("default").selfCommand,
    loadConfig: () => readConfig(home),
    openBoard: async (slug, mode) => (await at.open(mode, slug)).store,
    // Loaded here: most homes have none, and need no client of a server.
    askStore: async (name) => (await import("../../store/open/servers.ts")).askStore(home, name, at.env),
    dispatchContext,
    database: sqliteCare,
  };
}
