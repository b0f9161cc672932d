import { type Elsewhere, nothingElsewhere } from "../../src/board/admission.ts";
import { BoardError, type BoardErrorKind } from "../../src/board/error.ts";
import type { RunOutcome } from "../../src/board/run.ts";
import type { RunEnding } from "../../src/board/run-ending.ts";
import type { NewTask, Task } from "../../src/board/task.ts";
import type { BoardStore, By } from "../../src/store/store.ts";
import type { Claim, ClaimHost, ProfilePolicy, TickPlan } from "../../src/store/tick.ts";
import { watchWrites } from "./invariants.ts";

/** A fresh board of whatever store is under test. Its clocks stand still until a test moves them. */
export interface FreshBoard {
  readonly store: BoardStore;
  readonly clock: ManualClock;
  /** Another connection to the same board, such as another process has. */
  connect(): Promise<BoardStore>;
  /** All that the board has stored, down to the last byte, in one word. */
  fingerprint(): Promise<string>;
}

export type OpenFresh = () => Promise<FreshBoard>;

export class ManualClock {
  wallMs = 1_700_000_000_000;
  sinceBootMs = 5_000_000;
  nowMs = () => this.wallMs;
  monotonicMs = () => this.sinceBootMs;
  readonly bootId = "boot-1";

  pass(ms: number): void {
    this.wallMs += ms;
    this.sinceBootMs += ms;
  }
}

export const person: By = { actor: "ada" };
export const force: By = { actor: "ada", force: true };
/** A person who knows that no process of the run is left. */
export const vouching: By = { ...force, vouchesDead: true };
export const minuteMs = 60_000;
export const leaseMs = 15 * minuteMs;

export const here: ClaimHost = {
  hostname: "build-1",
  host: "machine/ns",
  bootId: "boot-1",
  dispatcher: { pid: 90, startTime: "4" },
};

const retry = {
  maxRetries: 2,
  retryDelayMs: 10_000,
  retryDelayMaxMs: 600_000,
  rateLimitDelaysMs: [5 * minuteMs, 15 * minuteMs, 60 * minuteMs],
};

export function policy(name: string, parts: Partial<ProfilePolicy> = {}): ProfilePolicy {
  return { name, maxInProgress: null, maxRuntimeMs: null, graceMs: 10_000, retry, ...parts };
}

export function policies(...all: ProfilePolicy[]): ReadonlyMap<string, ProfilePolicy> {
  return new Map(all.map((one) => [one.name, one]));
}

/** So many at work on the other boards of the home. */
export function elsewhere(all: number, byProfile: Record<string, number> = {}): Elsewhere {
  return { all, byProfile: new Map(Object.entries(byProfile)), pauses: [], unreadBoards: 0 };
}

export function ending(outcome: RunOutcome, parts: Partial<RunEnding> = {}): RunEnding {
  return { outcome, error: null, exitCode: null, protocolViolation: false, retryAfterMs: null, ...parts };
}

/** How a person blocks a task without saying why. */
export const noReason = { reason: null, kind: null };

/** The kind of the refusal. @throws {Error} when there was none, or one that is not a BoardError. */
export async function refusalOf(promise: Promise<unknown>): Promise<BoardErrorKind> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof BoardError) return outcome.kind;
  throw outcome ?? new Error("it was not refused");
}

/** A board with the short ways that tests need; each write through `store` is checked against the invariants. */
export class BoardUnderTest {
  readonly fresh: FreshBoard;
  readonly store: BoardStore;
  readonly clock: ManualClock;

  constructor(fresh: FreshBoard) {
    this.fresh = fresh;
    this.clock = fresh.clock;
    this.store = watchWrites(fresh.store);
  }

  async create(input: Partial<NewTask> = {}): Promise<Task> {
    const { task } = await this.store.createTask({ title: "a task", assignee: "shell", ...input }, person);
    return task;
  }

  plan(parts: Partial<TickPlan> = {}): TickPlan {
    return {
      nowMs: this.clock.nowMs(),
      monotonicMs: this.clock.monotonicMs(),
      random: () => 0.5,
      closings: [],
      stops: [],
      renewals: [],
      adopted: [],
      freed: [],
      policies: policies(policy("shell")),
      defaultRetry: retry,
      leaseMs,
      foundScratch: [],
      removedScratch: [],
      reconcile: false,
      claims: null,
      ...parts,
    };
  }

  /** What a tick of this board sees; by itself with slots for everyone. */
  view(parts: Partial<Parameters<BoardStore["viewTick"]>[0]> = {}) {
    return this.store.viewTick({
      nowMs: this.clock.nowMs(),
      reconcile: false,
      host: here,
      profiles: policies(policy("shell")),
      homeMax: 100,
      boardMax: null,
      ...parts,
    });
  }

  tick(parts: Partial<TickPlan> = {}) {
    return this.store.applyTick(this.plan(parts));
  }

  /** A tick that claims what it can, within `limits`. */
  async claim(
    limits: Partial<NonNullable<TickPlan["claims"]>> = {},
    parts: Partial<TickPlan> = {},
  ): Promise<readonly Claim[]> {
    const claims = {
      host: here,
      max: 100,
      homeMax: 100,
      boardMax: null,
      elsewhere: nothingElsewhere,
      ...limits,
    };
    return (await this.tick({ claims, ...parts })).claimed;
  }

  /** A task that a worker is at. */
  async work(input: Partial<NewTask> = {}): Promise<{ task: Task; claim: Claim; worker: By }> {
    const created = await this.create(input);
    const claim = (await this.claim()).find((one) => one.task.id === created.id);
    if (claim === undefined) throw new Error(`${created.id} was not claimed`);
    return { task: await this.store.requireTask(created.id), claim, worker: workerOf(claim) };
  }

  /** What this machine's workers use on this board. */
  async slots() {
    const { all, byProfile } = await this.store.countSlots({ host: here, nowMs: this.clock.nowMs() });
    return { all, byProfile: Object.fromEntries(byProfile) };
  }

  claimAs(id: string, by: By): Promise<Claim> {
    return this.store.claimTask(id, { host: here, leaseMs }, by);
  }

  async liveRun(taskId: string) {
    const run = (await this.store.listLiveRuns()).find((one) => one.taskId === taskId);
    if (run === undefined) throw new Error(`${taskId} has no live run`);
    return run;
  }

  /** Ends the task's run as a dispatcher does that saw its processes gone. */
  async end(taskId: string, end: RunEnding) {
    const run = await this.liveRun(taskId);
    return this.tick({ closings: [{ run, ending: end, treeGone: true }] });
  }

  /** The last process of the task's closed run is gone. */
  async free(taskId: string): Promise<void> {
    await this.tick({ freed: [await this.liveRun(taskId)] });
  }

  async eventsOf(taskId: string): Promise<readonly string[]> {
    return (await this.store.listEvents({ taskId })).map((event) => event.kind);
  }

  async lastEvent(taskId: string) {
    return (await this.store.listEvents({ taskId })).at(-1);
  }

  async status(taskId: string) {
    return (await this.store.requireTask(taskId)).status;
  }
}

export function workerOf(claim: Claim): By {
  return { actor: "worker:shell", run: { runId: claim.runId, token: claim.token } };
}

/** Makes the board that one test is about. */
export type Open = () => Promise<BoardUnderTest>;
