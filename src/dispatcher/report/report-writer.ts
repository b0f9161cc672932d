import type { LiveRun } from "../../board/claim.ts";
import type { RunOutcome } from "../../board/run.ts";
import { unconfigured } from "../../board/running-hold.ts";
import type { HeldTask } from "../../store/outlook.ts";
import type { ClosedRun, Refusal, TickWrites } from "../../store/tick.ts";
import type { Findings } from "../tick/look.ts";
import type { Starts } from "../tick/start.ts";
import { isRefused } from "../tick/tick-plan.ts";
import type { EndedRun, HeldEntry, LockHolder, RepeatedEntry, TickReport } from "./report.ts";

export interface ReportParts {
  readonly board: string;
  readonly lock: TickReport["lock"];
  readonly findings: Findings;
  readonly writes: TickWrites;
  readonly starts: Starts;
  readonly held: readonly HeldTask[];
  /** By performance.now(). */
  readonly startedAt: number;
}

/** Puts everything that a tick touched or held back under its cause. */
export function writeReport(parts: ReportParts): TickReport {
  const { writes, starts, findings } = parts;
  const freed = findings.freed.filter((run) => !isRefused(run, writes));
  const stops = findings.stops.filter(({ run }) => !isRefused(run, writes));
  const ended = (outcome: RunOutcome) => [
    ...writes.closed.filter((run) => run.ending.outcome === outcome).map(toEnded),
    ...freed.filter((run) => isLeftByVerdict(run, outcome)).map(toLeft),
  ];
  return {
    board: parts.board,
    lock: parts.lock,
    skippedLocked: false,
    holder: null,
    spawned: starts.started.map(({ claim, worker }) => ({
      taskId: claim.task.id,
      runId: claim.runId,
      profile: claim.profile,
      pid: worker.tree.pid,
      workspacePath: worker.workspace,
    })),
    promoted: writes.promoted,
    repeated: writes.repeats
      .filter((one) => one.madeTaskId !== null || one.passedForTaskId !== null)
      .map(toRepeated),
    completed: ended("completed"),
    reviewRequested: ended("review_requested"),
    changesRequested: ended("changes_requested"),
    reclaimed: ended("reclaimed"),
    blocked: ended("blocked"),
    crashed: ended("crashed"),
    timedOut: ended("timed_out"),
    stale: ended("stale"),
    rateLimited: ended("rate_limited"),
    interrupted: ended("interrupted"),
    spawnFailed: ended("spawn_failed"),
    gaveUp: writes.closed.filter((run) => run.gaveUp).map(toEnded),
    held: [
      ...findings.waiting.map(toWaiting),
      ...stops.map(({ run }) => toWaiting({ run, why: "stopping" })),
      ...writes.refused.flatMap((one) => toRefused(one, findings)),
      ...parts.held.map(toHeld),
    ],
    findings: [],
    durationMs: elapsedMs(parts.startedAt),
  };
}

/** Another dispatcher has the lock: nothing was looked at, nothing written. */
/** @param readHolder called by the process that wants to know: most losers only try again. */
export function skippedReport(
  board: string,
  readHolder: () => LockHolder | null,
  startedAt: number,
): TickReport {
  return {
    board,
    lock: "skipped",
    skippedLocked: true,
    get holder() {
      return readHolder();
    },
    spawned: [],
    promoted: [],
    repeated: [],
    completed: [],
    reviewRequested: [],
    changesRequested: [],
    reclaimed: [],
    blocked: [],
    crashed: [],
    timedOut: [],
    stale: [],
    rateLimited: [],
    interrupted: [],
    spawnFailed: [],
    gaveUp: [],
    held: [],
    findings: [],
    durationMs: elapsedMs(startedAt),
  };
}

function toRepeated(made: TickWrites["repeats"][number]): RepeatedEntry {
  const { repeatId, title, dueAtMs, madeTaskId, passedForTaskId } = made;
  return { repeatId: repeatId, title, dueAtMs, taskId: madeTaskId, passedForTaskId: passedForTaskId };
}

function toEnded(run: ClosedRun): EndedRun {
  return { taskId: run.taskId, runId: run.runId, status: run.status, error: run.ending.error };
}

/** The worker gave its verdict itself and has left: this tick is the first to tell of it. */
function isLeftByVerdict(run: LiveRun, outcome: RunOutcome): boolean {
  return run.outcome === outcome && run.stop === null && run.holder === "worker";
}

function toLeft(run: LiveRun): EndedRun {
  return { taskId: run.taskId, runId: run.runId, status: run.taskStatus ?? "", error: null };
}

const waitDetails: Readonly<Record<Findings["waiting"][number]["why"], string>> = {
  launching: "its worker is being started",
  leaving: "its run has ended; its last processes are still within the grace period",
  stopping: "its worker was told to stop, and is not gone yet",
  unkillable: "its worker survived SIGKILL (uninterruptible sleep?): each tick tries again",
  elsewhere: "its process runs where it can't be seen from here",
  other_dispatcher:
    "its worker has ended; the dispatcher that started it, another program, records the outcome",
  unwritable: "it has not started, and its run folder can't be written (`kanbun doctor` names what is short)",
  unconfigured: `its worker has ended with exit code 0: ${unconfigured}`,
  unknown: "can't tell whether its process is alive",
};

function toWaiting({ run, why, flaw }: Findings["waiting"][number]): HeldEntry {
  const detail = why === "unknown" && flaw ? `${waitDetails[why]} (${flaw})` : waitDetails[why];
  return { taskId: run.taskId, reason: why, detail };
}

function toHeld(task: HeldTask): HeldEntry {
  return { taskId: task.taskId, reason: task.reason, detail: task.detail };
}

/** What is refused of a worker that is still there holds nothing back: it is a finding alone. */
function toRefused({ taskId, runId, problem }: Refusal, { closings, freed }: Findings): HeldEntry[] {
  if (taskId === null) return [];
  if (runId === null) return [{ taskId, reason: "refused", detail: problem }];
  const hasEnded = [...closings.map(({ run }) => run), ...freed].some((run) => run.runId === runId);
  return hasEnded ? [{ taskId, reason: "unrecorded", detail: problem }] : [];
}

function elapsedMs(startedAt: number): number {
  return Math.round((performance.now() - startedAt) * 1000) / 1000;
}
