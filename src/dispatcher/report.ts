import type { AdmissionRefusal } from "../board/admission.ts";
import type { WaitReason } from "../board/supervision.ts";

/** Who holds a board's dispatch lock, as the holder wrote it into the lock file. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Since when; Unix milliseconds. */
  readonly sinceMs: number;
}

interface SpawnedRun {
  readonly task: string;
  readonly run: number;
  readonly profile: string;
  readonly pid: number;
  readonly workspace: string;
}

/** One run that ended, under the outcome it ended with. */
export interface EndedRun {
  readonly task: string;
  readonly run: number;
  /** What the task is now. */
  readonly status: string;
  readonly error: string | null;
}

export interface HeldEntry {
  readonly task: string;
  readonly reason: AdmissionRefusal["reason"] | Exclude<WaitReason, "running">;
  readonly detail: string;
}

/** What one tick did and held back, by cause: every task that was touched appears, nothing else does. */
export interface TickReport {
  readonly board: string;
  /** `held`: this tick had the lock; `skipped`: somebody else has it; `unavailable`: the platform has none. */
  readonly lock: "held" | "skipped" | "unavailable";
  readonly skippedLocked: boolean;
  readonly holder: LockHolder | null;
  readonly spawned: readonly SpawnedRun[];
  readonly promoted: readonly string[];
  readonly completed: readonly EndedRun[];
  readonly reclaimed: readonly EndedRun[];
  /** By their worker's own word; the breaker's are under `autoBlocked`. */
  readonly blocked: readonly EndedRun[];
  readonly crashed: readonly EndedRun[];
  readonly timedOut: readonly EndedRun[];
  readonly stale: readonly EndedRun[];
  readonly rateLimited: readonly EndedRun[];
  readonly interrupted: readonly EndedRun[];
  readonly spawnFailed: readonly EndedRun[];
  /** Tasks that the breaker blocked; they are under their outcome as well. */
  readonly autoBlocked: readonly EndedRun[];
  readonly held: readonly HeldEntry[];
  readonly durationMs: number;
}
