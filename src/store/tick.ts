import type { Elsewhere, Pause, ProfileLimits } from "../board/admission.ts";
import type { LiveRun, ProcessMark, StopReason } from "../board/claim.ts";
import type { KeptLog } from "../board/kept-log.ts";
import type { LeaseTerm } from "../board/lease.ts";
import type { HostTraits } from "../board/placement.ts";
import type { RetryPolicy } from "../board/retry-policy.ts";
import type { RunEnding } from "../board/run-ending.ts";
import type { SlotPlace, WorkerCount } from "../board/slots.ts";
import type { Task, TaskStatus } from "../board/task.ts";
import type { EndedUsage, StartedAgent } from "../board/usage.ts";
import type { Outlook } from "./outlook.ts";

/** Where a claim is made: enough to find its processes again, and to know when that can't be done from here. */
export interface ClaimHost {
  readonly hostname: string;
  /** Machine and pid namespace. */
  readonly host: string;
  readonly bootId: string;
  readonly dispatcher: ProcessMark | null;
  /** Of a host of a server's boards: once that is over it claims nothing. Left out: it is not registered. */
  readonly epoch?: number;
}

/** A task that was claimed, with what its worker must be given. */
export interface Claim {
  readonly task: Task;
  /** Who does it: the assignee's profile, or of a review the reviewer's. */
  readonly profile: string;
  readonly isReview: boolean;
  readonly runId: number;
  readonly token: string;
  readonly claimLock: string;
  readonly claimExpiresAtMs: number;
}

/** A profile as the store needs it: its limits, and how its runs are to be ended and retried. */
export interface ProfilePolicy extends ProfileLimits {
  readonly maxRuntimeMs: number | null;
  readonly graceMs: number;
  /** In US dollars, for all its runs on all boards of the home from midnight to midnight, local time; null or absent: no limit. */
  readonly dayBudgetUsd?: number | null;
  readonly retry: RetryPolicy;
}

/** A run whose processes are to end. */
export interface StopRequest {
  readonly run: LiveRun;
  readonly reason: StopReason;
  /** What a worker that has ended left running, by name and pid: a person may have meant it to stay. */
  readonly left?: readonly string[];
}

/** What a dispatcher has found out and wants written, all of it in one transaction. */
export interface TickPlan {
  readonly nowMs: number;
  readonly monotonicMs: number;
  /** In [0, 1); spreads retries. */
  readonly random: () => number;
  readonly closings: readonly RunClosing[];
  /** Runs whose processes are told to end right after this transaction. */
  readonly stops: readonly StopRequest[];
  readonly renewals: readonly LiveRun[];
  /** Runs whose process is known only from its own word on disk: its dispatcher died before it could record it. */
  readonly adopted: readonly { readonly run: LiveRun; readonly process: ProcessMark }[];
  /** Closed runs whose last process is gone. */
  readonly freed: readonly LiveRun[];
  /** How the agents of runs were started whose dispatcher died before it could record it. */
  readonly agents?: readonly { readonly run: LiveRun; readonly agent: StartedAgent }[];
  /** What agents that have ended say that they used. */
  readonly usages?: readonly { readonly run: LiveRun; readonly usage: EndedUsage }[];
  /** Ends of logs of runs that have ended: for who can't read the files of this machine. */
  readonly logs?: readonly (Omit<KeptLog, "runId" | "taskId"> & { readonly run: LiveRun })[];
  /** What their profiles with a budget of a day have cost today on the home's other boards, in US dollars. */
  readonly spentElsewhere?: ReadonlyMap<string, number>;
  readonly policies: ReadonlyMap<string, ProfilePolicy>;
  /** For tasks whose profile is no longer configured. */
  readonly defaultRetry: RetryPolicy;
  readonly leaseMs: number;
  readonly foundScratch: readonly FoundScratch[];
  /** Runs whose scratch folders have been removed since they were listed. */
  readonly removedScratch: readonly number[];
  /** Promote every waiting task that can go on, not only children of what ended. */
  readonly reconcile: boolean;
  /** Make the tasks of repeats that are due. */
  readonly makesRepeats?: boolean;
  /** null: claim nothing in this tick. */
  readonly claims: ClaimPlan | null;
  /** Others come first: see `applyTick`. Of no meaning for a board in a file, which one host dispatches. */
  readonly givesWay?: boolean;
}

/** A scratch folder that was made for a run, found by its mark. */
export interface FoundScratch {
  readonly runId: number;
  readonly path: string;
}

export interface ClaimPlan {
  readonly host: ClaimHost;
  /** What it has that a task may ask for. Absent: no name and no label. */
  readonly traits?: HostTraits;
  /** The board's folder of scratch workspaces: which of them a task gets is written down with its claim. */
  readonly workspaces?: string;
  readonly max: number;
  readonly homeMax: number;
  readonly boardMax: number | null;
  readonly elsewhere: Elsewhere;
  /** What the board asks of a host whose runs others may take over; null or absent: nothing. */
  readonly lease?: LeaseTerm | null;
}

export interface RunClosing {
  readonly run: LiveRun;
  readonly ending: RunEnding;
  /** No process of it is left, so that its slot is free; otherwise what is left is told to leave. */
  readonly treeGone: boolean;
}

export interface ClosedRun {
  readonly taskId: string;
  readonly runId: number;
  readonly ending: RunEnding;
  readonly status: TaskStatus;
  readonly gaveUp: boolean;
}

/** What the tables refuse of one task or run, as a trigger of another program does. */
export interface Refusal {
  /** As a person is told of it: `t_1`, `run 2 of t_1`. */
  readonly what: string;
  readonly taskId: string | null;
  readonly runId: number | null;
  readonly problem: string;
}

export interface TickWrites {
  /** A closing whose run had meanwhile been closed by someone else is not among them. */
  readonly closed: readonly ClosedRun[];
  readonly promoted: readonly string[];
  readonly repeats: readonly RepeatWrite[];
  readonly claimed: readonly Claim[];
  readonly refused: readonly Refusal[];
}

/** What became of a repeat that was due: one of the last three is given. */
export interface RepeatWrite {
  readonly repeatId: number;
  readonly title: string;
  readonly dueAtMs: number;
  readonly madeTaskId: string | null;
  /** Of it this one was still open. */
  readonly passedForTaskId: string | null;
  readonly problem: string | null;
}

/** What a dispatcher must know before it decides whether there is anything to write. */
export interface TickView {
  /** On a server's board without what workers of other homes do. */
  readonly live: readonly LiveRun[];
  /** Those, counted. */
  readonly others: readonly WorkerCount[];
  /** A scheduled task is due, or with `reconcile` a waiting one can go on. */
  readonly hasPromotions: boolean;
  /** A repeat is due, and the board is not paused. */
  readonly hasDueRepeats: boolean;
  /** At least one task could be claimed, as far as this board alone can tell. */
  readonly hasCandidates: boolean;
  /** When time alone changes what is seen: the next schedule, back-off or pause that ends; null: never. */
  readonly nextDueMs: number | null;
  /** What is to come for this host if nothing is written. */
  readonly outlook: Outlook;
}

export interface StartedRun {
  readonly claim: Claim;
  readonly process: ProcessMark | null;
  readonly pid: number;
  /** A scratch folder that was made for it and marked as ours. */
  readonly scratchPath: string | null;
  /** null or absent: it is no coding agent that is known. */
  readonly agent?: StartedAgent | null;
}

export interface FailedStart {
  readonly claim: Claim;
  readonly ending: RunEnding;
}

export interface ScratchFolder {
  readonly runId: number;
  readonly taskId: string;
  readonly path: string;
  /** On whose disk it is. */
  readonly host: string;
}

/** What a tick asks and writes, each in one transaction. */
export interface TickStore {
  /** Runs of this board whose processes may still be there, and claims that other dispatchers hold. */
  listLiveRuns(): Promise<readonly LiveRun[]>;
  viewTick(at: {
    readonly nowMs: number;
    readonly reconcile: boolean;
    /** Whose workers use up this machine's slots. */
    readonly host: SlotPlace["host"];
    readonly traits?: HostTraits;
    readonly profiles: ReadonlyMap<string, ProfileLimits>;
    readonly homeMax: number;
    readonly boardMax: number | null;
    /** What the home's other boards have found at its limit: the outlook waits for that too. */
    readonly pausesElsewhere?: readonly Pause[];
  }): Promise<TickView>;
  /**
   * The last of a tick's two transactions waits for the disk: `recordStarts` where `plan.claims` is given, so that workers
   * start before that. What both wrote is safe from the loss of power, and may be told to others, when that one is through.
   * @throws {BoardError} busy at once, with nothing written, where `plan.givesWay` and another host writes to the board
   */
  applyTick(plan: TickPlan): Promise<TickWrites>;
  /** Records who was started and who could not be, guarded by run and token. */
  recordStarts(
    starts: { readonly started: readonly StartedRun[]; readonly failed: readonly FailedStart[] },
    plan: Pick<TickPlan, "nowMs" | "random" | "policies" | "defaultRetry">,
  ): Promise<Pick<TickWrites, "closed" | "refused">>;
  /** Writes down where a claimed task is worked on, before its worker starts; nothing for a run that is over by then. */
  recordWorkspace(claim: Claim, workspace: { readonly path: string; readonly branch: string }): Promise<void>;
  /** Scratch folders that Kanbun made, of completed tasks whose last process is gone and all of whose children are over. @param home none of other homes; "": of all */
  listRemovableScratch(home?: string): Promise<readonly ScratchFolder[]>;
  forgetScratch(runIds: readonly number[]): Promise<void>;
}
