import { Database } from "bun:sqlite";
import type { RunOutcome } from "../../../src/board/run.ts";
import { RunDirectory } from "../../../src/worker/run-directory.ts";
import type { Arena } from "./arena.ts";

export interface RunFacts {
  readonly id: number;
  readonly taskId: string;
  /** null: it is still open. */
  readonly outcome: RunOutcome | null;
  readonly error: string | null;
  /** A dispatcher won its start: no worker of it may ever have begun. */
  readonly isGivenUp: boolean;
}

/** What the board says when all is over. */
export interface BoardFacts {
  readonly taskIds: readonly string[];
  readonly notDone: readonly string[];
  readonly runs: readonly RunFacts[];
  /** Open, or with processes that are not known to be gone. */
  readonly liveRuns: number;
  /** Runs by their tokens. */
  readonly tokens: ReadonlyMap<string, number>;
  /** "ok", or what is wrong. */
  readonly integrity: string;
}

export async function readBoardFacts(arena: Arena): Promise<BoardFacts> {
  await using store = await arena.open("read");
  const tasks = await store.listTasks({});
  const runs: RunFacts[] = [];
  for (const { id: taskId } of tasks)
    for (const { id, outcome, error } of await store.listRuns(taskId)) {
      const { fence } = new RunDirectory(arena.paths.runs, id, null).readStart();
      runs.push({ id, taskId, outcome, error, isGivenUp: fence === "given_up" });
    }
  return {
    taskIds: tasks.map((task) => task.id),
    notDone: tasks.filter((task) => task.status !== "done").map((task) => `${task.id} is ${task.status}`),
    runs,
    liveRuns: (await store.listLiveRuns()).length,
    ...readDatabase(arena.paths.database),
  };
}

/** What no method of the store tells, for good reasons. */
function readDatabase(path: string): Pick<BoardFacts, "tokens" | "integrity"> {
  using database = new Database(path, { readonly: true });
  const runs = database
    .query<{ token: string; run_id: number }, []>("SELECT token, run_id FROM kanbun_runs")
    .all();
  const integrity = database.query<{ integrity_check: string }, []>("PRAGMA integrity_check").all();
  return {
    tokens: new Map(runs.map((run) => [run.token, run.run_id])),
    integrity: integrity.map((row) => row.integrity_check).join("; "),
  };
}
