import { formatClaimLock, type LiveRun, type StopReason } from "../../board/claim.ts";
import { BoardError } from "../../board/error.ts";
import { type RunOutcome, reviewStep, runStatus } from "../../board/run.ts";
import type { Task } from "../../board/task.ts";
import type { By, Claim, ClaimHost } from "../store.ts";
import { getLiveRun } from "./live-runs.ts";
import { toSeconds } from "./rows.ts";
import { appendEvent, type Scope } from "./scope.ts";

export interface RunOpening {
  readonly holder: "worker" | "person";
  readonly profile: string | null;
  readonly host: ClaimHost;
  readonly monotonicMs: number;
  readonly leaseMs: number;
  readonly graceMs: number;
  readonly maxRuntimeMs: number | null;
  readonly actor: string;
}

/** Claims a ready task: opens its run and mints the run's token. null when the task is not ready any more, or an earlier worker not gone. */
export function openRun(scope: Scope, task: Task, opening: RunOpening): Claim | null {
  const { db, nowS, nowMs } = scope;
  const token = crypto.randomUUID().replaceAll("-", "");
  const claimLock = formatClaimLock(opening.host.hostname, token);
  const expires = toSeconds(nowMs + opening.leaseMs);
  const isReview = task.status === "review";
  const won = db.run(
    `UPDATE tasks SET status = 'running', claim_lock = :claimLock, claim_expires = :expires, worker_pid = NULL,
       last_heartbeat_at = NULL, started_at = coalesce(started_at, :nowS)
     WHERE id = :id AND status = :from
       AND NOT EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.task_id = :id AND k.gone_at_ms IS NULL)`,
    { id: task.id, from: isReview ? "review" : "ready", claimLock, expires, nowS },
  );
  if (won === 0) return null;

  // A run that some program left open without a claim is over: a task has one open run at most.
  db.run(
    `UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = :nowS, claim_lock = NULL,
       claim_expires = NULL, worker_pid = NULL WHERE task_id = :id AND ended_at IS NULL`,
    { id: task.id, nowS },
  );
  const runId = db.insert(
    `INSERT INTO task_runs (task_id, profile, step_key, status, claim_lock, claim_expires, max_runtime_seconds, started_at)
     VALUES (:id, :profile, :step, 'running', :claimLock, :expires, :maxRuntime, :nowS)`,
    {
      id: task.id,
      profile: opening.profile,
      step: isReview ? reviewStep : null,
      claimLock,
      expires,
      maxRuntime: toSeconds(opening.maxRuntimeMs),
      nowS,
    },
  );
  db.run("UPDATE tasks SET current_run_id = :runId WHERE id = :id", { id: task.id, runId });
  db.run(
    `INSERT INTO kanbun_runs (run_id, task_id, holder, token, profile, host, boot_id, dispatcher_pid,
       dispatcher_start, claimed_at_ms, claimed_at_monotonic_ms, grace_ms)
     VALUES (:runId, :id, :holder, :token, :profile, :host, :bootId, :dispatcherPid,
       :dispatcherStart, :nowMs, :monotonicMs, :graceMs)`,
    {
      runId,
      id: task.id,
      holder: opening.holder,
      token,
      profile: opening.profile,
      host: opening.host.host,
      bootId: opening.host.bootId,
      dispatcherPid: opening.host.dispatcher?.pid ?? null,
      dispatcherStart: opening.host.dispatcher?.startTime ?? null,
      nowMs,
      monotonicMs: Math.round(opening.monotonicMs),
      graceMs: opening.graceMs,
    },
  );
  appendEvent(scope, {
    taskId: task.id,
    runId,
    kind: "claimed",
    actor: opening.actor,
    payload: { lock: claimLock, expires, run_id: runId },
  });
  return {
    task,
    profile: opening.profile ?? "",
    isReview,
    runId,
    token,
    claimLock,
    claimExpiresAtMs: expires * 1000,
  };
}

export interface RunResult {
  readonly outcome: RunOutcome;
  readonly summary?: string | null;
  readonly metadata?: unknown;
  readonly error?: string | null;
}

/**
 * Closes the task's open run and takes the claim off the task; whose status the caller sets.
 * Returns false when that run is not open: somebody else closed it.
 */
export function closeRun(scope: Scope, run: { taskId: string; runId: number }, result: RunResult): boolean {
  const { db, nowS } = scope;
  const closed = db.run(
    `UPDATE task_runs SET status = :status, outcome = :outcome, ended_at = :nowS, summary = coalesce(:summary, summary),
       metadata = coalesce(:metadata, metadata), error = :error, claim_lock = NULL, claim_expires = NULL, worker_pid = NULL
     WHERE id = :runId AND task_id = :taskId AND ended_at IS NULL`,
    {
      runId: run.runId,
      taskId: run.taskId,
      status: runStatus(result.outcome),
      outcome: result.outcome,
      nowS,
      summary: result.summary ?? null,
      metadata: result.metadata == null ? null : JSON.stringify(result.metadata),
      error: result.error ?? null,
    },
  );
  db.run("UPDATE kanbun_runs SET ended_at_monotonic_ms = :monotonicMs WHERE run_id = :runId", {
    runId: run.runId,
    monotonicMs: scope.monotonicMs,
  });
  // A foreign claim may have no run at all (0), or one that its program has ended: then this is the whole of it.
  const released = db.run(
    `UPDATE tasks SET claim_lock = NULL, claim_expires = NULL, worker_pid = NULL, current_run_id = NULL
     WHERE id = :taskId AND coalesce(current_run_id, 0) = :runId AND (status = 'running' OR :closed = 1)`,
    { taskId: run.taskId, runId: run.runId, closed },
  );
  return closed + released > 0;
}

/** Every process of the run is gone: its slot is free, and its task may be claimed again. */
export function freeRun(scope: Scope, runId: number): void {
  scope.db.run("UPDATE kanbun_runs SET gone_at_ms = :nowMs WHERE run_id = :runId AND gone_at_ms IS NULL", {
    runId,
    nowMs: scope.nowMs,
  });
}

/** Asks for the run's processes to be ended; the first reason given stays. */
export function requestStop(scope: Scope, runId: number, reason: StopReason): void {
  scope.db.run(
    "UPDATE kanbun_runs SET stop_reason = coalesce(stop_reason, :reason) WHERE run_id = :runId AND gone_at_ms IS NULL",
    { runId, reason },
  );
}

/**
 * Who may end or renew the task's open run: its own worker with its token, whoever holds a claim without a
 * process, or a person who says `force`. null when the task has no open run.
 * @throws {BoardError} superseded for a worker whose run is over, conflict for a person without force.
 */
export function requireAuthority(scope: Scope, task: Task, by: By): LiveRun | null {
  const live = getLiveRun(scope.db, task.id);
  const open = live?.isOpen ? live : null;
  if (by.run) {
    if (open && open.runId === by.run.runId && provesRun(open, by.run.token)) return open;
    throw new BoardError(
      "superseded",
      `run ${by.run.runId} of ${task.id} is over: its worker may change nothing more`,
      {
        hint: "end this worker; the task has gone on without it",
      },
    );
  }
  if (task.status !== "running" || open === null || open.holder === "person" || by.force) return open;
  throw new BoardError("conflict", `${task.id} is running (run ${open.runId}): its worker would be ended`, {
    hint: "repeat the command with --force to end the worker, or wait until it is done",
  });
}

/** A foreign worker proves itself by the whole claim lock that its dispatcher gave it. */
function provesRun(run: LiveRun, token: string): boolean {
  return token !== "" && run.token === token;
}

/**
 * Ends the task's open run, if it has one, because of a move that settles the task: at once for the board; its
 * processes are told to leave, or were the ones that asked. Returns the run that was ended.
 */
export function endRunByMove(scope: Scope, task: Task, result: RunResult, by: By): number | null {
  const run = requireAuthority(scope, task, by);
  if (run === null) return null;
  closeRun(scope, run, result);
  if (run.holder === "person") freeRun(scope, run.runId);
  else if (!by.run) requestStop(scope, run.runId, "leave");
  return run.runId === 0 ? null : run.runId;
}
