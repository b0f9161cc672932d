import { join } from "node:path";
import { formatClaimLock } from "../../../board/claim.ts";
import type { RetryPolicy } from "../../../board/retry-policy.ts";
import { reviewStep } from "../../../board/run.ts";
import { isWithReviewer, type Task } from "../../../board/task.ts";
import type { Claim, ClaimHost } from "../../tick.ts";
import type { Connection } from "../connection.ts";
import { formatRetry } from "../rows/retry-column.ts";
import { RowList } from "../rows/row-list.ts";
import { toSeconds } from "../rows/rows.ts";
import { appendEvents, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

/** A task that is to be claimed, as it was when someone looked. */
export interface RunOpening {
  readonly task: Task;
  readonly profile: string;
  readonly graceMs: number;
  readonly maxRuntimeMs: number | null;
  /** By which the run is closed, whoever does that; null: by its own. */
  readonly retry: RetryPolicy | null;
}

/** What the claims of one transaction have in common. */
export interface Claimer {
  readonly holder: "worker" | "person";
  readonly host: ClaimHost;
  readonly monotonicMs: number;
  readonly leaseMs: number;
  /** The board's folder of scratch workspaces; null: no process will need one. */
  readonly workspaces: string | null;
  readonly actor: string;
  /** null: no other host may take them over. */
  readonly leaseTerm?: number | null;
  /** As `getNextRunId` gave it: the others have the numbers behind it. */
  readonly firstRunId: number;
}

/** The number of the first run that this transaction opens. */
export function getNextRunId(db: Connection): Steps<number> {
  return db.getNextRunNumber();
}

const newRuns = new RowList("new_runs", {
  ...({
    run_id: "INTEGER",
    task_id: "TEXT",
    task_status: "TEXT",
    claim_lock: "TEXT",
    token: "TEXT",
  } as const),
  ...({
    profile: "TEXT",
    step_key: "TEXT",
    max_runtime_seconds: "INTEGER",
    grace_ms: "INTEGER",
    retry: "TEXT",
  } as const),
});

/**
 * Claims tasks: opens a run for each and mints its token. The caller has seen in this transaction that they may be
 * claimed, and that no earlier worker of theirs is left.
 */
export function* openRuns(scope: Scope, openings: readonly RunOpening[], claimer: Claimer): Steps<Claim[]> {
  if (openings.length === 0) return [];
  const expires = toSeconds(scope.nowMs + claimer.leaseMs);
  const claims = openings.map(({ task, profile }, index) => {
    const token = crypto.randomUUID().replaceAll("-", "");
    return {
      task,
      profile,
      isReview: isReview(task),
      runId: claimer.firstRunId + index,
      token,
      claimLock: formatClaimLock(claimer.host.hostname, token),
      claimExpiresAtMs: expires * 1000,
    };
  });
  const rows = claims.map(({ task, profile, isReview, runId, token, claimLock }, index) => ({
    run_id: runId,
    task_id: task.id,
    task_status: task.status,
    claim_lock: claimLock,
    token,
    profile,
    step_key: isReview ? reviewStep : null,
    max_runtime_seconds: toSeconds(openings[index]?.maxRuntimeMs ?? null),
    grace_ms: openings[index]?.graceMs ?? 0,
    retry: keptRetry(openings[index]?.retry ?? null),
  }));
  yield* newRuns.with(scope.db, rows, function* () {
    yield* takeTasks(scope, rows.length, { expires, workspaces: claimer.workspaces });
    yield* endStrayRuns(
      scope,
      rows.map((row) => row.task_id),
    );
    yield* insertRuns(scope, claimer, { expires, count: rows.length });
    if (claims.some(({ task, isReview }) => isReview || task.author !== null)) yield* noteReviews(scope);
  });
  yield* appendEvents(
    scope,
    claims.map(({ task, runId, claimLock }) => ({
      taskId: task.id,
      runId,
      kind: "claimed",
      actor: claimer.actor,
      payload: { lock: claimLock, expires, run_id: runId },
    })),
  );
  return claims;
}

function keptRetry(policy: RetryPolicy | null): string | null {
  return policy === null ? null : formatRetry(policy);
}

/** Also one that another dispatcher gave back as ready when its reviewer had crashed: it is still not its author's turn. */
function isReview(task: Task): boolean {
  return task.status === "review" || isWithReviewer(task);
}

/** What is reviewed returns to review when its run fails; what its author has again does not. */
function* noteReviews({ db }: Scope): Steps<void> {
  yield* db.send(
    `INSERT INTO kanbun_tasks (task_id, in_review) SELECT task_id, 1 FROM temp.new_runs WHERE step_key = '${reviewStep}'
     ON CONFLICT (task_id) DO UPDATE SET in_review = 1`,
  );
  yield* db.send(
    `UPDATE kanbun_tasks SET in_review = 0, author = NULL, returns_to = NULL
     WHERE task_id IN (SELECT task_id FROM temp.new_runs WHERE step_key IS NULL)`,
  );
}

/** The compare-and-set of the claim: no one else writes between the caller's look and this. */
function* takeTasks(
  { db, nowS }: Scope,
  count: number,
  { expires, workspaces }: { readonly expires: number; readonly workspaces: string | null },
): Steps<void> {
  yield* db.sendExactly(
    `UPDATE tasks AS t SET status = 'running', claim_lock = n.claim_lock, claim_expires = :expires, worker_pid = NULL,
       last_heartbeat_at = NULL, started_at = coalesce(t.started_at, :nowS), current_run_id = n.run_id,
       workspace_path = CASE WHEN :folder IS NULL OR t.workspace_kind <> 'scratch' OR t.workspace_path IS NOT NULL
         OR t.id GLOB '*[^0-9A-Za-z_-]*' THEN t.workspace_path ELSE :folder || t.id END
     FROM temp.new_runs n WHERE t.id = n.task_id AND +t.status = n.task_status`,
    // A worker of another make finds by it what it hands over, also after we are gone.
    { expires, nowS, folder: workspaces === null ? null : join(workspaces, "/") },
    { count, otherwise: `not all of ${count} tasks were still as they were looked at` },
  );
}

/** A run that some program left open without a claim is over: a task has one open run at most. */
function* endStrayRuns({ db, nowS }: Scope, taskIds: readonly string[]): Steps<void> {
  yield* db.send(
    `UPDATE task_runs SET status = 'reclaimed', outcome = 'reclaimed', ended_at = :nowS, claim_lock = NULL,
       claim_expires = NULL, worker_pid = NULL
     WHERE task_id IN (SELECT value FROM json_each(:taskIds)) AND ended_at IS NULL`,
    { nowS, taskIds: JSON.stringify(taskIds) },
  );
}

function* insertRuns(
  { db, nowS, nowMs }: Scope,
  claimer: Claimer,
  { expires, count }: { readonly expires: number; readonly count: number },
): Steps<void> {
  const { firstRunId: first } = claimer;
  const opened = { count, otherwise: `not all of ${count} runs could be opened` };
  yield* db.sendExactly(
    `INSERT INTO task_runs (id, task_id, profile, step_key, status, claim_lock, claim_expires, max_runtime_seconds, started_at)
     SELECT run_id, task_id, profile, step_key, 'running', claim_lock, :expires, max_runtime_seconds, :nowS
     FROM temp.new_runs`,
    { expires, nowS },
    opened,
  );
  yield* db.keepNumbers("task_runs", { first, last: first + count - 1 });
  // Its unique index refuses a second live run of a task, whatever is believed here.
  yield* db.sendExactly(
    `INSERT INTO kanbun_runs (run_id, task_id, holder, token, profile, host, boot_id, dispatcher_pid,
       dispatcher_start, claimed_at_ms, claimed_at_monotonic_ms, grace_ms, retry, lease_term)
     SELECT run_id, task_id, :holder, token, profile, :host, :bootId, :dispatcherPid, :dispatcherStart,
       :nowMs, :monotonicMs, grace_ms, retry, :leaseTerm
     FROM temp.new_runs`,
    {
      holder: claimer.holder,
      host: claimer.host.host,
      bootId: claimer.host.bootId,
      dispatcherPid: claimer.host.dispatcher?.pid ?? null,
      dispatcherStart: claimer.host.dispatcher?.startTime ?? null,
      nowMs,
      monotonicMs: Math.round(claimer.monotonicMs),
      leaseTerm: claimer.leaseTerm ?? null,
    },
    opened,
  );
}

/** The real folder and branch of a claimed task: known only when its worker is about to start. */
export function* recordWorkspace(
  { db }: Scope,
  { task, runId, token }: Claim,
  workspace: { readonly path: string; readonly branch: string },
): Steps<void> {
  yield* db.send(
    `UPDATE tasks SET workspace_path = :path, branch_name = :branch
     WHERE id = :id AND current_run_id = :runId
       AND EXISTS (SELECT 1 FROM kanbun_runs k WHERE k.run_id = :runId AND k.token = :token)`,
    { id: task.id, runId, token, ...workspace },
  );
}
