import type { LiveRun, StopReason } from "../../../board/claim.ts";
import { BoardError } from "../../../board/error.ts";
import { type OwnRun, type RunOutcome, runStatus } from "../../../board/run.ts";
import type { Task } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { RowList } from "../rows/row-list.ts";
import type { Scope } from "../scope.ts";
import { type Steps, together } from "../steps.ts";
import { getLiveRun } from "./live-runs.ts";
import { forgetReturns, forgetReturnsBut } from "./returns.ts";

export interface RunResult {
  readonly outcome: RunOutcome;
  readonly summary?: string | null;
  readonly metadata?: unknown;
  readonly error?: string | null;
}

type RunEnd = RunResult & { readonly taskId: string; readonly runId: number };

const runEnds = new RowList("run_ends", {
  ...({ run_id: "INTEGER", of_task: "TEXT", status: "TEXT", outcome: "TEXT" } as const),
  ...({ summary: "TEXT", metadata: "TEXT", error: "TEXT" } as const),
});

/**
 * Closes open runs and takes their claims off their tasks, whose status the caller sets.
 * Returns the ids of the tasks whose run was open: the others someone else has closed.
 */
export function* closeRuns(
  { db, nowS, monotonicMs, bootId }: Scope,
  ends: readonly RunEnd[],
): Steps<ReadonlySet<string>> {
  if (ends.length === 0) return new Set();
  const rows = ends.map((end) => ({
    run_id: end.runId,
    of_task: end.taskId,
    status: runStatus(end.outcome),
    outcome: end.outcome,
    summary: end.summary ?? null,
    metadata: end.metadata == null ? null : JSON.stringify(end.metadata),
    error: end.error ?? null,
  }));
  return yield* runEnds.with(db, rows, function* () {
    // A foreign claim may have no run at all (0), or one that its program has ended: then this is the whole of it.
    const releasing = () =>
      db.all<{ id: string }>(
        `UPDATE tasks AS t SET claim_lock = NULL, claim_expires = NULL, worker_pid = NULL, current_run_id = NULL
       FROM temp.run_ends e
       WHERE t.id = e.of_task AND coalesce(t.current_run_id, 0) = e.run_id AND (+t.status = 'running' OR EXISTS (
         SELECT 1 FROM task_runs r WHERE r.id = e.run_id AND r.task_id = e.of_task AND r.ended_at IS NULL))
       RETURNING id`,
      );
    const closing = () =>
      db.all<{ task_id: string }>(
        `UPDATE task_runs AS r SET status = e.status, outcome = e.outcome, ended_at = :nowS,
         summary = coalesce(e.summary, r.summary), metadata = coalesce(e.metadata, r.metadata), error = e.error,
         claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
       FROM temp.run_ends e WHERE r.id = e.run_id AND r.task_id = e.of_task AND r.ended_at IS NULL
       RETURNING task_id`,
        { nowS },
      );
    const [released, closed] = yield* together(releasing, closing);
    const ended = new Set([...released.map((task) => task.id), ...closed.map((run) => run.task_id)]);
    const runIds = ends.filter((end) => ended.has(end.taskId)).map((end) => end.runId);
    yield* db.send(
      `UPDATE kanbun_runs SET ended_at_monotonic_ms = CASE WHEN boot_id = :bootId THEN :monotonicMs END
       WHERE run_id IN (SELECT value FROM json_each(:runIds))`,
      { monotonicMs, bootId, runIds: JSON.stringify(runIds) },
    );
    return ended;
  });
}

/** Every process of these runs is gone: their slots are free, and their tasks may be claimed again. */
export function* freeRuns(scope: Scope, runIds: readonly number[]): Steps<void> {
  if (runIds.length > 0) yield* scope.db.send(setGone, goneNow(scope, runIds));
}

/** The same of runs that are all ours: what a trigger passes over would be told to be gone at each tick. */
export function* freeOwnRuns(scope: Scope, runIds: readonly number[]): Steps<void> {
  const count = runIds.length;
  yield* scope.db.sendExactly(setGone, goneNow(scope, runIds), {
    count,
    otherwise: `not all of ${count} runs could be written`,
  });
}

const setGone = `UPDATE kanbun_runs SET gone_at_ms = coalesce(gone_at_ms, :nowMs)
  WHERE run_id IN (SELECT value FROM json_each(:runIds))`;

function goneNow({ nowMs }: Scope, runIds: readonly number[]) {
  return { nowMs, runIds: JSON.stringify(runIds) };
}

/** Asks for the run's processes to be ended; the first reason given stays. */
export function* requestStop(scope: Scope, runId: number, reason: StopReason): Steps<void> {
  yield* scope.db.send(
    "UPDATE kanbun_runs SET stop_reason = coalesce(stop_reason, :reason) WHERE run_id = :runId AND gone_at_ms IS NULL",
    { runId, reason },
  );
}

/**
 * Who may end or renew the task's open run: its own worker with its token, the person who claimed it, or anyone who
 * says `force`. null when the task has no open run.
 * @param live the task's, where that was asked in this transaction already
 * @throws {BoardError} superseded for a worker whose run is over, conflict without force for anyone else.
 */
export function* requireAuthority(
  scope: Scope,
  task: Task,
  by: By,
  live?: LiveRun | null,
): Steps<LiveRun | null> {
  const known = live === undefined ? yield* getLiveRun(scope.db, task.id) : live;
  if (by.run) return requireOwn(known, { ...by.run, taskId: task.id });
  const open = requireHolding(known, task, by);
  if (open === null || open.holder === "person" || by.force) return open;
  throw new BoardError("conflict", `${task.id} is running (run ${open.runId}): its worker would be stopped`, {
    hint: "repeat the command with --force to stop the worker, or wait until it has ended",
  });
}

/**
 * The task's open run, null when it has none. What a person has claimed is that person's until it is given back.
 * @throws {BoardError} conflict for anyone else's hand on a person's claim, unless `force`.
 */
export function* requireHolder(db: Connection, task: Task, by: By): Steps<LiveRun | null> {
  return requireHolding(yield* getLiveRun(db, task.id), task, by);
}

function requireHolding(live: LiveRun | null, task: Task, by: By): LiveRun | null {
  if (task.status !== "running" || !live?.isOpen) return null;
  if (live.holder !== "person" || live.profile === by.actor || by.force) return live;
  const holder = live.profile ?? "someone else";
  throw new BoardError("conflict", `${task.id} is claimed by ${holder} (run ${live.runId})`, {
    hint: `repeat the command with --force to take it from ${holder}`,
  });
}

/** The run that a worker names, if it is open and its own. @throws {BoardError} superseded for any other */
export function* requireOwnRun(db: Connection, own: OwnRun): Steps<LiveRun> {
  return requireOwn(yield* getLiveRun(db, own.taskId), own);
}

function requireOwn(live: LiveRun | null, { taskId, runId, token }: OwnRun): LiveRun {
  // A foreign worker proves itself by the whole claim lock that its dispatcher gave it.
  if (live?.isOpen && live.runId === runId && token !== "" && live.token === token) return live;
  throw new BoardError(
    "superseded",
    `run ${runId} of ${taskId} is over: its worker can no longer change the board`,
    {
      hint: "end this worker; the board has gone on without it",
    },
  );
}

/** Whether there is or was such a run: who has its token is its worker. */
export function* knowsRun(db: Connection, { taskId, runId, token }: OwnRun): Steps<boolean> {
  const row = yield* db.get(
    "SELECT 1 FROM kanbun_runs WHERE run_id = :runId AND task_id = :taskId AND token = :token AND holder = 'worker'",
    { taskId, runId, token },
  );
  return row !== null && token !== "";
}

/**
 * Ends the task's open run, if it has one, because of a move that ends it: at once for the board; its
 * processes are told to leave, or were the ones that asked. Returns the run that was ended.
 */
export function* endRunByMove(
  scope: Scope,
  task: Task,
  result: RunResult & { readonly live?: LiveRun | null },
  by: By,
): Steps<number | null> {
  const run = yield* requireAuthority(scope, task, by, result.live);
  // Between two rejections of a review there is a hand-in each time: only a person's ends their row.
  if (by.run && result.outcome === "review_requested")
    yield* forgetReturnsBut(scope.db, task.id, "changes_requested");
  else yield* forgetReturns(scope.db, task.id);
  if (run === null) return null;
  yield* closeRuns(scope, [{ ...result, taskId: task.id, runId: run.runId }]);
  if (run.holder === "person") yield* freeRuns(scope, [run.runId]);
  else if (!by.run) yield* requestStop(scope, run.runId, "leave");
  return run.runId === 0 ? null : run.runId;
}

/**
 * What someone says of a task that has no run: kept as a run of its own, where children and `show` look for it. null
 * where nothing was said.
 */
export function* recordWithoutRun(
  { db, nowS }: Scope,
  taskId: string,
  { outcome, summary = null, metadata = null, step = null }: RunResult & { readonly step?: string | null },
): Steps<number | null> {
  if (summary === null && metadata === null) return null;
  return yield* db.insert(
    `INSERT INTO task_runs (task_id, step_key, status, started_at, ended_at, outcome, summary, metadata)
     VALUES (:taskId, :step, :status, :nowS, :nowS, :outcome, :summary, :metadata)`,
    {
      taskId,
      step,
      status: runStatus(outcome),
      nowS,
      outcome,
      summary,
      metadata: metadata === null ? null : JSON.stringify(metadata),
    },
  );
}
