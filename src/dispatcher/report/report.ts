import type { AdmissionRefusal } from "../../board/admission.ts";
import type { WaitReason } from "../../board/supervision.ts";
import type { Finding } from "./finding.ts";

/** Who holds a board's dispatch lock, as the holder wrote it into the lock file. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  /** Since when; Unix milliseconds. */
  readonly sinceAtMs: number;
}

interface SpawnedRun {
  readonly taskId: string;
  readonly runId: number;
  readonly profile: string;
  readonly pid: number;
  readonly workspacePath: string;
}

/** One run that ended, under the outcome it ended with. */
export interface EndedRun {
  readonly taskId: string;
  readonly runId: number;
  /** What the task is now. */
  readonly status: string;
  readonly error: string | null;
}

export interface HeldEntry {
  readonly taskId: string;
  /** `refused` and `unrecorded`: the board's tables refuse to have it claimed or promoted, or the end of its run written down. */
  readonly reason: AdmissionRefusal["reason"] | Exclude<WaitReason, "running"> | "refused" | "unrecorded";
  readonly detail: string;
}

export interface RepeatedEntry {
  readonly repeatId: number;
  readonly title: string;
  readonly dueAtMs: number;
  readonly taskId: string | null;
  readonly passedForTaskId: string | null;
}

/** What one tick did and held back, by cause: every task that was touched appears, nothing else does. */
export interface TickReport {
  readonly board: string;
  /** `taken`: this tick had the lock; `skipped`: another dispatcher has it; `unavailable`: the platform has none. */
  readonly lock: "taken" | "skipped" | "unavailable";
  readonly skippedLocked: boolean;
  readonly holder: LockHolder | null;
  readonly spawned: readonly SpawnedRun[];
  readonly promoted: readonly string[];
  /** Repeats whose time had come: the task that was made, or the one of before that was still open. */
  readonly repeated: readonly RepeatedEntry[];
  readonly completed: readonly EndedRun[];
  readonly reviewRequested: readonly EndedRun[];
  readonly changesRequested: readonly EndedRun[];
  readonly reclaimed: readonly EndedRun[];
  /** By their worker's own word; the breaker's are under `gaveUp`. */
  readonly blocked: readonly EndedRun[];
  readonly crashed: readonly EndedRun[];
  readonly timedOut: readonly EndedRun[];
  readonly stale: readonly EndedRun[];
  readonly rateLimited: readonly EndedRun[];
  readonly interrupted: readonly EndedRun[];
  readonly spawnFailed: readonly EndedRun[];
  /** Tasks that the breaker blocked; they are under their outcome as well. */
  readonly gaveUp: readonly EndedRun[];
  readonly held: readonly HeldEntry[];
  /** What is wrong with one thing alone: each is told once by each dispatcher. */
  readonly findings: readonly Finding[];
  readonly durationMs: number;
}

/** The report with what was found beside it. */
export function withFindings(report: TickReport, findings: readonly Finding[]): TickReport {
  // Not copied without need: who holds the lock is read by the process that asks.
  return findings.length === 0 ? report : { ...report, findings: [...report.findings, ...findings] };
}

/** What is wrong with the configuration or a whole board: a single dispatch tells it by its exit code too. */
export function faultsOf({ findings }: TickReport): readonly Finding[] {
  return findings.filter(({ about }) => about === "configuration" || about === "board");
}

/** The runs that a tick saw fail, and those with which it gave a task up: a run may be both. */
export function failedRuns({ crashed, timedOut, spawnFailed, gaveUp }: TickReport): readonly EndedRun[] {
  return [crashed, timedOut, spawnFailed, gaveUp].flat();
}

/** Whether a tick has anything to tell. */
export function hasNews(report: TickReport): boolean {
  return report.findings.length > 0 || hasMovedTasks(report);
}

/** Whether a tick did anything to a task. */
export function hasMovedTasks(report: TickReport): boolean {
  return report.promoted.length > 0 || report.repeated.length > 0 || movedRuns(report).length > 0;
}

/** The runs that a tick started or saw the end of. */
export function movedRuns(report: TickReport): readonly { readonly taskId: string }[] {
  return [...report.spawned, ...endedRuns(report)];
}

/** The runs that a tick saw the end of. */
export function endedRuns(report: TickReport): readonly EndedRun[] {
  const { completed, reviewRequested, changesRequested, blocked, crashed, timedOut } = report;
  const { stale, rateLimited, interrupted, reclaimed, spawnFailed } = report;
  return [
    ...[completed, reviewRequested, changesRequested, blocked, crashed, timedOut].flat(),
    ...[stale, rateLimited, interrupted, reclaimed, spawnFailed].flat(),
  ];
}
