import type { CliContext } from "../cli/command.ts";
import type { DoctorContext } from "../doctor/context.ts";
import { sqliteCare } from "../store/sqlite/database-care.ts";
import { listBoardSlugs } from "../system/board-paths.ts";
import { systemClock } from "../system/clock.ts";
import { readConfig } from "../system/config.ts";
import { resolveActor } from "./actor.ts";
import { makeDispatchContext } from "./dispatch-context.ts";

/** What the doctor of the home that is meant is given, for `boards` of it. */
export async function makeDoctorContext(cli: CliContext, boards: readonly string[]): Promise<DoctorContext> {
  const { home } = cli.place;
  const dispatchContext = (slug: string) => makeDispatchContext(home, slug, cli.env);
  return {
    home,
    boards,
    allBoards: listBoardSlugs(home),
    actor: (await resolveActor(cli.options, cli.env)).name,
    clock: systemClock,
    environment: cli.env,
    selfCommand: dispatchContext("default").selfCommand,
    loadConfig: () => readConfig(home),
    openBoard: async (slug, mode) => (await cli.open(mode, slug)).store,
    dispatchContext,
    database: sqliteCare,
  };
}
