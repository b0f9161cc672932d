import type { BoardInspection, RecordFlaw } from "../inspection.ts";
import type { By } from "../store.ts";
import type { Connection } from "./connection.ts";
import { listCircleLinks } from "./exchange/circles.ts";
import { listBadNumbers, numberAnew } from "./row-numbers.ts";
import { listOddRows, secondsMax } from "./rows/odd-values.ts";
import { listReturning } from "./runs/returns.ts";
import { appendEvent, type Scope } from "./scope.ts";
import { each, type Steps } from "./steps.ts";
import { hasNoOpenParent, parentIsOpen } from "./tasks/open-parents.ts";
import { getStatusWhenBack } from "./verdicts/status-when-back.ts";

interface RunRow {
  readonly run_id: number;
  readonly task_id: string;
}

const hasLiveRun = "EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.task_id = t.id AND k.gone_at_ms IS NULL)";

// A claim without lock and without process is no one's: no tick can ever see it end.
const isNobodys = `t.status = 'running' AND t.claim_lock IS NULL AND t.worker_pid IS NULL AND NOT ${hasLiveRun}`;

// Left out: the run of a running task, ours or another program's, and whatever a tick will close by itself.
const unclaimedRuns = `
  SELECT r.id AS run_id, r.task_id,
    (SELECT count(*) FROM task_runs o WHERE o.task_id = r.task_id AND o.ended_at IS NULL) AS open_runs
  FROM task_runs r LEFT JOIN tasks t ON t.id = r.task_id
  WHERE r.ended_at IS NULL AND NOT coalesce(t.current_run_id = r.id AND t.status = 'running', false)
    AND NOT EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.run_id = r.id AND k.gone_at_ms IS NULL)
  ORDER BY r.id`;

const danglingRuns = `
  SELECT t.id AS task_id, t.current_run_id AS run_id, ${hasLiveRun} AS is_live FROM tasks t
  WHERE t.current_run_id IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM task_runs r WHERE r.id = t.current_run_id AND r.task_id = t.id AND r.ended_at IS NULL)
  ORDER BY t.id`;

const liveWithoutRun = `
  SELECT k.run_id, k.task_id FROM kanbun_runs k
  WHERE k.gone_at_ms IS NULL AND (
    NOT EXISTS (SELECT 1 FROM task_runs r WHERE r.id = k.run_id AND r.task_id = k.task_id)
    OR NOT EXISTS (SELECT 1 FROM tasks t WHERE t.id = k.task_id))
  ORDER BY k.run_id`;

const counters = [
  { table: "tasks", key: "id", column: "consecutive_failures" },
  { table: "tasks", key: "id", column: "block_recurrences" },
  { table: "kanbun_tasks", key: "task_id", column: "rate_limits" },
  { table: "kanbun_returns", key: "task_id", column: "times" },
] as const;

/** Reads only, on the caller's snapshot. */
export function* inspectBoard(db: Connection): Steps<BoardInspection> {
  // What is no time is none of the newest; what lies beyond all times is the last of them.
  const newest =
    (yield* db.get<{ at: number | null }>(
      `SELECT max(min(created_at, ${secondsMax})) AS at FROM task_events WHERE typeof(created_at) IN ('integer', 'real')`,
    ))?.at ?? null;
  const stranded = yield* db.all<{ id: string }>(
    `SELECT t.id FROM tasks t WHERE t.status = 'todo' AND ${hasNoOpenParent} ORDER BY t.id`,
  );
  return {
    newestEventAtMs: newest === null ? null : newest * 1000,
    flaws: [
      ...(yield* listUnclaimedRuns(db)),
      ...(yield* listRunningUnclaimed(db)),
      ...(yield* listDanglingRuns(db)),
      ...(yield* listLiveWithoutRun(db)),
      ...(yield* listBadCounters(db)),
      ...(yield* listBadNumbers(db)),
    ],
    strandedTasks: stranded.map((task) => task.id),
    circles: (yield* listCircleLinks(db, { where: parentIsOpen, max: 3 })).map(({ id, parentId }) => ({
      taskId: id,
      parentId,
    })),
    oddRows: yield* listOddRows(db),
    returning: yield* listReturning(db),
  };
}

/** Repairs, inside the caller's transaction, what a look under its write lock still finds. */
export function* repairRecords(scope: Scope, by: By): Steps<RecordFlaw[]> {
  const repaired: RecordFlaw[] = [];
  const repair = function* (flaws: readonly RecordFlaw[], change: (flaw: RecordFlaw) => Steps<void>) {
    for (const flaw of flaws) {
      if (flaw.repair === null) continue;
      yield* change(flaw);
      repaired.push(flaw);
    }
  };
  // First: whatever else is repaired is told in a new row of the events.
  yield* repair(yield* listBadNumbers(scope.db), () => numberAnew(scope.db));
  // One after the other: a run that is closed leaves its task behind for the next look.
  yield* repair(yield* listUnclaimedRuns(scope.db), (flaw) => closeLeftRun(scope, flaw, by));
  yield* repair(yield* listRunningUnclaimed(scope.db), (flaw) => giveBack(scope, flaw, by));
  yield* repair(yield* listDanglingRuns(scope.db), (flaw) => dropPointer(scope, flaw, by));
  yield* repair(yield* listBadCounters(scope.db), (flaw) => resetCounters(scope, flaw, by));
  return repaired;
}

/** Runs that are not known are absent. */
export function* getRunEnds(db: Connection, runIds: readonly number[]): Steps<Map<number, number | null>> {
  const rows = yield* db.all<{ id: number; ended_at: number | null; is_live: number }>(
    `SELECT j.value AS id, r.ended_at, k.run_id IS NOT NULL AS is_live FROM json_each(:runIds) j
     LEFT JOIN task_runs r ON r.id = j.value
     LEFT JOIN kanbun_runs k ON k.run_id = j.value AND k.gone_at_ms IS NULL
     WHERE r.id IS NOT NULL OR k.run_id IS NOT NULL`,
    { runIds: JSON.stringify(runIds) },
  );
  return new Map(
    rows.map((row) => [row.id, row.is_live === 1 || row.ended_at === null ? null : row.ended_at * 1000]),
  );
}

function* listUnclaimedRuns(db: Connection): Steps<RecordFlaw[]> {
  return (yield* db.all<RunRow & { open_runs: number }>(unclaimedRuns)).map((row) => ({
    kind: row.open_runs > 1 ? "second_open_run" : "unclaimed_run",
    taskId: row.task_id,
    runId: row.run_id,
    detail:
      row.open_runs > 1
        ? `run ${row.run_id} is one of ${row.open_runs} open runs of ${row.task_id}`
        : `run ${row.run_id} is open, but ${row.task_id} does not run it`,
    repair: `close run ${row.run_id} of ${row.task_id} as reclaimed`,
  }));
}

function* listRunningUnclaimed(db: Connection): Steps<RecordFlaw[]> {
  return (yield* db.all<{ task_id: string; run_id: number | null }>(
    `SELECT t.id AS task_id, t.current_run_id AS run_id FROM tasks t WHERE ${isNobodys} ORDER BY t.id`,
  )).map((row) => ({
    kind: "running_unclaimed",
    taskId: row.task_id,
    runId: row.run_id,
    detail: `${row.task_id} is running, and no claim holds it`,
    repair: `make ${row.task_id} ready again`,
  }));
}

function* listDanglingRuns(db: Connection): Steps<RecordFlaw[]> {
  return (yield* db.all<RunRow & { is_live: number }>(danglingRuns)).map((row) => ({
    kind: "dangling_run",
    taskId: row.task_id,
    runId: row.run_id,
    detail: `${row.task_id} points at run ${row.run_id}, which is not an open run of it`,
    repair: row.is_live === 1 ? null : `clear the run of ${row.task_id}`,
  }));
}

function* listLiveWithoutRun(db: Connection): Steps<RecordFlaw[]> {
  return (yield* db.all<RunRow>(liveWithoutRun)).map((row) => ({
    kind: "live_without_run",
    taskId: row.task_id,
    runId: row.run_id,
    detail: `there is a record of the processes of run ${row.run_id}, and no such run of ${row.task_id}`,
    repair: null,
  }));
}

function* listBadCounters(db: Connection): Steps<RecordFlaw[]> {
  const found = yield* each(counters, function* ({ table, key, column }): Steps<RecordFlaw[]> {
    const rows = yield* db.all<{ task_id: string; found: string }>(
      `SELECT ${key} AS task_id, quote(${column}) AS found FROM ${table}
       WHERE typeof(${column}) <> 'integer' OR ${column} < 0 ORDER BY ${key}`,
    );
    return rows.map((row) => ({
      kind: "counter",
      taskId: row.task_id,
      runId: null,
      detail: `${column} of ${row.task_id} is ${row.found}`,
      repair: `set ${column} of ${row.task_id} to 0`,
    }));
  });
  return found.flat();
}

function* closeLeftRun(scope: Scope, { taskId, runId }: RecordFlaw, by: By): Steps<void> {
  yield* closeOpenRun(scope, runId);
  yield* scope.db.send(
    `UPDATE tasks SET current_run_id = NULL, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
     WHERE id = :taskId AND current_run_id = :runId AND status <> 'running'`,
    { taskId, runId },
  );
  yield* reclaimed(scope, { taskId, runId }, by);
}

function* giveBack(scope: Scope, { taskId, runId }: RecordFlaw, by: By): Steps<void> {
  yield* closeOpenRun(scope, runId);
  yield* scope.db.send(
    `UPDATE tasks SET status = :status, current_run_id = NULL, claim_expires = NULL
     WHERE id = :taskId AND status = 'running'`,
    { taskId, status: yield* getStatusWhenBack(scope.db, taskId) },
  );
  yield* reclaimed(scope, { taskId, runId }, by);
}

/** The claim of a running task stays: a tick judges it by its lease or its process. */
function* dropPointer(scope: Scope, { taskId, runId }: RecordFlaw, by: By): Steps<void> {
  yield* scope.db.send("UPDATE tasks SET current_run_id = NULL WHERE id = :taskId", { taskId });
  yield* scope.db.send(
    `UPDATE tasks SET claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
     WHERE id = :taskId AND status <> 'running'`,
    { taskId },
  );
  yield* reclaimed(scope, { taskId, runId }, by);
}

function* resetCounters(scope: Scope, { taskId }: RecordFlaw, by: By): Steps<void> {
  for (const { table, key, column } of counters)
    yield* scope.db.send(
      `UPDATE ${table} SET ${column} = 0
       WHERE ${key} = :taskId AND (typeof(${column}) <> 'integer' OR ${column} < 0)`,
      { taskId },
    );
  yield* appendEvent(scope, {
    taskId,
    kind: "edited",
    actor: by.actor,
    payload: { reason: "repair", counters: 0 },
  });
}

function* closeOpenRun(scope: Scope, runId: number | null): Steps<void> {
  yield* scope.db.send(
    `UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = :nowS, claim_lock = NULL,
       claim_expires = NULL, worker_pid = NULL WHERE id = :runId AND ended_at IS NULL`,
    { runId, nowS: scope.nowS },
  );
}

function* reclaimed(scope: Scope, run: { taskId: string; runId: number | null }, by: By): Steps<void> {
  yield* appendEvent(scope, { ...run, kind: "reclaimed", actor: by.actor, payload: { reason: "repair" } });
}
