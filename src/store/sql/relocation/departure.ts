import { BoardError } from "../../../board/error.ts";
import {
  describeGoal,
  type Relocation,
  type RelocationPlan,
  type RelocationState,
} from "../../relocation.ts";
import type { Connection } from "../connection.ts";
import { listLiveRuns } from "../runs/live-runs.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { columnsOf, numberedTables, relocatedTables } from "./relocated-rows.ts";

interface Row {
  readonly kind: "left" | "arrived";
  readonly id: string;
  readonly store: string | null;
  readonly store_board: string;
  readonly home: string;
}

export function* readState(db: Connection): Steps<RelocationState> {
  const rows = yield* db.all<Row>("SELECT kind, id, store, store_board, home FROM kanbun_relocations");
  const left = rows.find(({ kind }) => kind === "left");
  const some = ["tasks", "task_events", "kanbun_repeats"].map((table) => `EXISTS (SELECT 1 FROM ${table})`);
  const isEmpty = (yield* db.get(`SELECT 1 AS one WHERE ${some.join(" OR ")}`)) === null;
  return {
    left:
      left === undefined
        ? null
        : { id: left.id, store: left.store, board: left.store_board, home: left.home },
    arrivedBy: rows.find(({ kind }) => kind === "arrived")?.id ?? null,
    // Not by its numbers: a server takes none of them back with a transaction that failed.
    isEmpty,
  };
}

export function* planRelocation(db: Connection): Steps<RelocationPlan> {
  let rows = 0;
  let tasks = 0;
  const unknown = [...(yield* db.listUnknownTables())];
  for (const table of relocatedTables) {
    const { n } = (yield* db.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)) ?? { n: 0 };
    rows += n;
    if (table === "tasks") tasks = n;
    const known = columnsOf(table);
    for (const { name } of yield* db.listColumns(table))
      if (!known.includes(name)) {
        const column = `"${name.replaceAll('"', '""')}"`;
        const has = yield* db.get(`SELECT 1 AS one FROM ${table} WHERE ${column} IS NOT NULL LIMIT 1`);
        if (has !== null) unknown.push(`${table}.${name}`);
      }
  }
  return { tasks, rows, busy: yield* listBusyTasks(db), unknown };
}

export function* leave(scope: Scope, relocation: Relocation): Steps<void> {
  const { db, nowMs } = scope;
  const { id, store, board, home } = relocation;
  const { left } = yield* readState(db);
  if (left?.id === id) return;
  if (left !== null)
    throw new BoardError("conflict", `this board moves to ${describeGoal(left)} already`, {
      hint: "finish that move, or take it back",
    });
  const busy = yield* listBusyTasks(db);
  if (busy.length > 0) throw busyError(busy);
  yield* db.send(
    "INSERT INTO kanbun_relocations (kind, id, store, store_board, home, at_ms) VALUES ('left', :id, :store, :board, :home, :nowMs)",
    { id, store, board, home, nowMs },
  );
  yield* db.freeze(`this board was moved to ${describeGoal(relocation)}`);
}

/** Tasks at which someone is at work, or of which a process may be left. */
function busyError(busy: readonly string[]): BoardError {
  const more = busy.length > 3 ? ` and ${busy.length - 3} more` : "";
  return new BoardError("conflict", `at work, or not over yet: ${busy.slice(0, 3).join(", ")}${more}`, {
    hint: "wait until no task is running, `kanbun list --status running`, and pause the board so that none starts",
  });
}

export function* stay({ db }: Scope): Steps<void> {
  yield* db.send("DELETE FROM kanbun_relocations WHERE kind = 'left'");
  yield* db.thaw();
}

export function* readNumbers(db: Connection): Steps<ReadonlyMap<string, number>> {
  const numbers = new Map<string, number>();
  for (const table of numberedTables) numbers.set(table, yield* db.getLastNumber(table));
  return numbers;
}

function* listBusyTasks(db: Connection): Steps<readonly string[]> {
  const live = (yield* listLiveRuns(db)).map(({ taskId }) => taskId);
  const claimed = yield* db.all<{ id: string }>(
    "SELECT id FROM tasks WHERE claim_lock IS NOT NULL OR current_run_id IS NOT NULL OR status = 'running'",
  );
  return [...new Set([...live, ...claimed.map(({ id }) => id)])];
}
