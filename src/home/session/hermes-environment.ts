import { basename, dirname, resolve } from "node:path";
import { boardPaths } from "../../system/home/board-paths.ts";
import { parseSlug } from "../../system/home/slug.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment of a worker that Hermes started, as one that Kanbun started has it: its task and its board are
 * known, and the claim lock is its proof. Any other environment, also one that means another home, stays as it is.
 */
export function withOwnRun(env: Environment): Environment {
  const { HERMES_KANBAN_TASK: task, HERMES_KANBAN_RUN_ID: run, HERMES_KANBAN_CLAIM_LOCK: token } = env;
  if (!task || !run || !token || env.KANBUN_TOKEN) return env;
  const place = findPlace(env);
  if (place === null || (env.KANBUN_HOME && resolve(env.KANBUN_HOME) !== place.home)) return env;
  return {
    ...env,
    KANBUN_HOME: place.home,
    KANBUN_BOARD: place.board,
    KANBUN_TASK: task,
    KANBUN_RUN: run,
    KANBUN_TOKEN: token,
    KANBUN_PROFILE: env.HERMES_PROFILE,
    KANBUN_WORKSPACE: env.HERMES_KANBAN_WORKSPACE,
  };
}

/** null for a database that is not where a home has one. */
function findPlace(env: Environment): { readonly home: string; readonly board: string } | null {
  if (!env.HERMES_KANBAN_DB) return null;
  const database = resolve(env.HERMES_KANBAN_DB);
  const folder = dirname(database);
  const board = parseSlug(basename(folder)) ?? "default";
  const places = [
    { home: folder, board: "default" },
    { home: resolve(folder, "../../.."), board },
  ];
  return places.find((place) => boardPaths(place.home, place.board).database === database) ?? null;
}
