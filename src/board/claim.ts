import type { RetryPolicy } from "./retry-policy.ts";
import type { RunOutcome } from "./run.ts";
import type { TaskStatus } from "./task.ts";

/** The process side of a run: who was told to do it, where, and what it takes to know that it is over. */
export interface LiveRun {
  readonly runId: number;
  readonly taskId: string;
  /** `worker`: a process of ours; `person`: a claim with a lease and no process; `foreign`: another dispatcher's. */
  readonly holder: "worker" | "person" | "foreign";
  readonly token: string;
  readonly profile: string | null;
  /** Machine and pid namespace in which its processes can be looked up. Of a foreign claim: its host name. */
  readonly host: string;
  readonly bootId: string;
  readonly process: ProcessMark | null;
  readonly dispatcher: ProcessMark | null;
  readonly claimedAtMs: number;
  readonly claimedAtMonotonicMs: number;
  readonly claimExpiresAtMs: number | null;
  readonly lastHeartbeatAtMs: number | null;
  /** The same by the clock that does not jump; null for a heartbeat that another program wrote. */
  readonly lastHeartbeatAtMonotonicMs: number | null;
  readonly maxRuntimeMs: number | null;
  readonly graceMs: number;
  /** The run has no outcome yet. A closed run stays live until its last process is gone. */
  readonly isOpen: boolean;
  readonly endedAtMs: number | null;
  /** The same by the clock that does not jump; null when another program closed the run. */
  readonly endedAtMonotonicMs: number | null;
  /** Of a closed run. */
  readonly outcome: RunOutcome | null;
  readonly taskStatus: TaskStatus | null;
  readonly stop: RunStop | null;
  /** The rules of the configuration that claimed it, by which it is closed; null or absent: by those of the one who closes it. */
  readonly retry?: RetryPolicy | null;
}

/** Which process, and which start of it: a pid alone may by now be another process. */
export interface ProcessMark {
  readonly pid: number;
  readonly startTime: string;
}

/** Why the processes of a run must go. `leave`: the run has ended, and what is left of it has its grace period. */
export type StopReason = "timed_out" | "stale" | "reclaimed" | "leave";

/** A request to end a run's processes, and when they were told (TERM). */
interface RunStop {
  readonly reason: StopReason;
  /** Monotonic, since boot; null while no process has been told yet. */
  readonly termAtMonotonicMs: number | null;
}

/** True when less than half of the lease is left: the only write that a timer causes. */
export function isLeaseRenewalDue(
  run: Pick<LiveRun, "claimExpiresAtMs">,
  at: { readonly nowMs: number; readonly leaseMs: number },
): boolean {
  return run.claimExpiresAtMs !== null && run.claimExpiresAtMs - at.nowMs < at.leaseMs / 2;
}

/**
 * The format's claim_lock: whose it is, and the run's token. What is before the colon is not quite the host's name:
 * another dispatcher that found its own there would take the shim's pid for that of a worker of its own, call the run
 * crashed when that pid is gone, and signal it alone. A claim of another host it leaves alone until its lease is over.
 */
export function formatClaimLock(hostname: string, token: string): string {
  return `${hostname}~kanbun:${token}`;
}

/**
 * How long the claim of a worker holds without a tick. Only other dispatchers go by it: while one of ours ticks at least
 * every half of it, the lease is never over before the worker is.
 */
export function workerLeaseMs(leaseMs: number): number {
  return Math.max(leaseMs, 60 * 60_000);
}
