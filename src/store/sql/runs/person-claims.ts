import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import type { By } from "../../store.ts";
import type { Claim, ClaimHost } from "../../tick.ts";
import { toSeconds } from "../rows/rows.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { isWaitingForParents } from "../tasks/open-parents.ts";
import { requireTask } from "../tasks/task-lookup.ts";
import { getLiveRun } from "./live-runs.ts";
import { forgetReturns } from "./returns.ts";
import { getNextRunId, openRuns } from "./run-openings.ts";
import { requireAuthority, requireHolder } from "./runs.ts";

/** Opens a run without a process, for a person. @throws {BoardError} conflict for what someone else holds */
export function* claimTask(
  scope: Scope,
  id: string,
  lease: { readonly host: ClaimHost; readonly leaseMs: number },
  by: By,
): Steps<Claim> {
  const task = yield* requireTask(scope.db, id);
  if (task.status === "running")
    throw new BoardError("conflict", `${id} is claimed already (run ${task.currentRunId})`, {
      hint: `see who has it with \`kanbun explain ${id}\``,
    });
  requireLegalMove("claim", task);
  if (yield* isWaitingForParents(scope.db, id))
    throw new BoardError("conflict", `${id} waits for a parent that is not done`, {
      hint: `see which with \`kanbun explain ${id}\`; start it without with \`kanbun promote --force ${id}\``,
    });
  if ((yield* getLiveRun(scope.db, id)) !== null)
    throw new BoardError("conflict", `a process of the last run of ${id} is still being stopped`, {
      hint: "end it with `kanbun dispatch --max 0`, then try again",
    });
  yield* forgetReturns(scope.db, id);
  const opening = { task, profile: by.actor, graceMs: 0, maxRuntimeMs: null, retry: null };
  const [claim] = yield* openRuns(scope, [opening], {
    holder: "person",
    host: lease.host,
    monotonicMs: 0,
    leaseMs: lease.leaseMs,
    workspaces: null,
    actor: by.actor,
    firstRunId: yield* getNextRunId(scope.db),
  });
  return claim as Claim;
}

/** Renews the lease of the claim's holder; the new end of it, Unix milliseconds. */
export function* heartbeat(
  scope: Scope,
  id: string,
  beat: { readonly leaseMs: number; readonly note?: string | null },
  by: By,
): Steps<number> {
  const task = yield* requireTask(scope.db, id);
  // A worker's lease anyone may renew: the worst is that it lives as long as its worker.
  const run = by.run ? yield* requireAuthority(scope, task, by) : yield* requireHolder(scope.db, task, by);
  if (run === null)
    throw new BoardError("illegal_move", `${id} is not running: there is no claim to renew`, {
      hint:
        task.status === "ready"
          ? `claim it first with \`kanbun claim ${id}\``
          : `see why with \`kanbun explain ${id}\``,
    });
  const asked = toSeconds(scope.nowMs + beat.leaseMs);
  // A worker's lease is the longer one, and is renewed by dispatchers.
  const isLonger = run.holder === "worker" && (run.claimExpiresAtMs ?? 0) > asked * 1000;
  const expires = isLonger ? toSeconds(run.claimExpiresAtMs ?? 0) : asked;
  const parameters = { runId: run.runId, nowS: scope.nowS, expires };
  yield* scope.db.send(
    "UPDATE task_runs SET last_heartbeat_at = :nowS, claim_expires = :expires WHERE id = :runId AND ended_at IS NULL",
    parameters,
  );
  yield* scope.db.send(
    "UPDATE tasks SET last_heartbeat_at = :nowS, claim_expires = :expires WHERE id = :id AND current_run_id = :runId",
    { ...parameters, id },
  );
  const { monotonicMs, bootId } = scope;
  yield* scope.db.send(
    `UPDATE kanbun_runs SET last_heartbeat_at_monotonic_ms = CASE WHEN boot_id = :bootId THEN :monotonicMs END
     WHERE run_id = :runId`,
    { runId: run.runId, monotonicMs, bootId },
  );
  const payload = beat.note == null ? {} : { note: beat.note };
  yield* appendEvent(scope, { taskId: id, runId: run.runId, kind: "heartbeat", actor: by.actor, payload });
  return expires * 1000;
}
