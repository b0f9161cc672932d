import { thisBoard } from "./schema.ts";

/** So many runs are claimed until the floor is raised. */
const runsPerFloor = 200;

/**
 * With which of the first floors the planner is told how many runs there are: it may have seen none, and would read them all for each that it
 * looks for. Not with each: behind it every session makes its plans anew.
 */
const toldFloors: readonly number[] = [1, 2, 4, 8];

/**
 * Of each board the number of the run from which on its live ones are looked for, and which of those before it live still. It may be
 * too low, never too high: it is raised behind the board's lock, with the claim of that run.
 *
 * While someone holds a snapshot the server clears nothing away, and an index of what lives has an entry for each run since: what is read
 * with each look would grow with every task. So it grows by the runs of one floor at most, also beside a run that takes days.
 */
export const liveFloorsTable =
  "CREATE TABLE IF NOT EXISTS live_floors (board integer PRIMARY KEY, first_run bigint NOT NULL, earlier bigint[] NOT NULL)";

// An index of what lives seems so small to the planner that it reads all of it to find one run. So each is said otherwise: this one is for
// the floor alone, and single runs are found by their numbers.
const isLive = "coalesce(gone_at_ms, -1) = -1";
const isLiveById = "coalesce(gone_at_ms, -1) < 0";

export const liveRunsIndex = `INDEX IF NOT EXISTS runs_live_number ON all_kanbun_runs(board, run_id) WHERE ${isLive}`;

const ofBoard = (column: string) => `(SELECT ${column} FROM live_floors WHERE board = (SELECT ${thisBoard}))`;

/** The rows of `kanbun_runs` whose processes may still be there. */
export const liveRunsView = `CREATE VIEW live_runs AS
  SELECT * FROM kanbun_runs WHERE ${isLive} AND run_id >= coalesce(${ofBoard("first_run")}, 0)
  UNION ALL SELECT * FROM kanbun_runs WHERE ${isLiveById} AND run_id = ANY(${ofBoard("earlier")}::bigint[])`;

/** Whether the floor is to be raised when these runs are claimed. */
export function isFloorDue(first: number, last: number): boolean {
  return Math.floor(last / runsPerFloor) > Math.floor((first - 1) / runsPerFloor);
}

/** Whether the planner is to be told with it. */
export function isToldFloor(last: number): boolean {
  return toldFloors.includes(Math.floor(last / runsPerFloor));
}

/** A statement; with the board and the number of a run behind all that were claimed before. */
export const raiseFloor = `INSERT INTO live_floors (board, first_run, earlier)
  SELECT $1::integer, $2::bigint, ARRAY(SELECT run_id FROM live_runs)
  ON CONFLICT (board) DO UPDATE SET first_run = excluded.first_run, earlier = excluded.earlier`;

/** Where runs are numbered anew, as those of a board that comes from elsewhere. */
export const forgetFloor = "DELETE FROM live_floors WHERE board = $1::integer";
