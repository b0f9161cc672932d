import type { RunEnding } from "../../src/board/run-ending.ts";
import type { TaskStatus } from "../../src/board/task.ts";

export interface RunModel {
  readonly runId: number;
  readonly token: string;
  readonly holder: "worker" | "person";
  readonly profile: string;
  isOpen: boolean;
  /** None of its processes is left. */
  isGone: boolean;
}

export interface TaskModel {
  readonly at: number;
  readonly key: string | null;
  readonly parents: Set<number>;
  /** All of them, the last one last. */
  readonly runs: RunModel[];
  status: TaskStatus;
  assignee: string | null;
  isInReview: boolean;
  /** Of what is in review: who did it, and whose it is again when changes are requested. */
  author: string | null;
  returnsTo: string | null;
  hasQuestion: boolean;
  /** It was done, and stays so: also when it is out of sight. */
  isFinished: boolean;
  dueAtMs: number | null;
  failures: number;
  rateLimits: number;
  /** How often in a row it came back without a failure. */
  returns: number;
  lastReturn: "ending" | "rejection" | "put off";
  /** What its workers have stopped for since a person last let it go on from triage. */
  stops: string[];
  /** A person let it go on without its parents. */
  isForced: boolean;
  /** Blocked, because a parent that it waited for was cancelled. */
  isBelowCancelled: boolean;
}

/** On whose behalf: a person, one who says `force`, or the worker with the proof of one of the task's runs. */
export type Party = "person" | "force" | RunModel;

/** What people are called here, all of them. */
export const actorName = "ada";

const retryMaxMs = 600_000;
const rateLimitMs = [300_000, 900_000, 3_600_000];

/** What a board must be like, said with a few maps and without a word about how it is stored. */
export class BoardModel {
  readonly tasks: TaskModel[] = [];
  readonly pauses = new Map<string, number | null>();
  wallMs = 1_700_000_000_000;

  task(at: number): TaskModel {
    const task = this.tasks[at % this.tasks.length];
    if (task === undefined) throw new Error("the model has no task yet");
    return task;
  }

  add(parts: Partial<TaskModel>): TaskModel {
    const task: TaskModel = {
      at: this.tasks.length,
      key: null,
      parents: new Set(),
      runs: [],
      status: "ready",
      assignee: null,
      isInReview: false,
      author: null,
      returnsTo: null,
      hasQuestion: false,
      isFinished: false,
      dueAtMs: null,
      failures: 0,
      rateLimits: 0,
      returns: 0,
      lastReturn: "ending",
      isForced: false,
      stops: [],
      isBelowCancelled: false,
      ...parts,
    };
    this.tasks.push(task);
    return task;
  }

  waitsForParents({ parents }: Pick<TaskModel, "parents">): boolean {
    return [...parents].some((at) => !["done", "archived"].includes(this.task(at).status));
  }

  isCancelled({ status, isFinished }: TaskModel): boolean {
    return status === "archived" && !isFinished;
  }

  /** A parent was taken away: what was blocked by it alone goes on. */
  free(child: TaskModel): void {
    if (!child.isBelowCancelled || [...child.parents].some((at) => this.isCancelled(this.task(at)))) return;
    child.isBelowCancelled = false;
    child.status = this.waiting(child);
  }

  /** Whether `below` is `above` or waits for it, however far down. */
  isBelow(below: number, above: number): boolean {
    return below === above || [...this.task(below).parents].some((parent) => this.isBelow(parent, above));
  }

  /** May that party end or renew what runs? A superseded worker may do nothing at all. */
  mayAct(task: TaskModel, by: Party): boolean {
    if (typeof by === "object") return by.isOpen && task.runs.includes(by);
    const open = openRunOf(task);
    return open === null || open.holder === "person" || by === "force";
  }

  /** Waits for them, and no person has forced it past them. */
  isHeldByParents(task: TaskModel): boolean {
    return this.waitsForParents(task) && !task.isForced;
  }

  /** Where a task goes that is held back no longer. */
  waiting(task: TaskModel): TaskStatus {
    if (this.isHeldByParents(task)) return "todo";
    return task.isInReview ? "review" : "ready";
  }

  /** No one decides a review of their own work; with force a person does. */
  mayJudge({ isInReview, author }: TaskModel, by: Party): boolean {
    return !isInReview || by !== "person" || author !== actorName;
  }

  open(task: TaskModel, run: Pick<RunModel, "runId" | "token" | "holder" | "profile">): void {
    task.status = "running";
    task.runs.push({ ...run, isOpen: true, isGone: false });
  }

  /** A move that takes the task on ends its run: a person's claim has no process that could be left. */
  endWith(task: TaskModel, status: TaskStatus): void {
    const open = openRunOf(task);
    if (open !== null) {
      open.isOpen = false;
      if (open.holder === "person") open.isGone = true;
    }
    task.isBelowCancelled = false;
    task.status = status;
  }

  /** A worker that stops three times for the same words waits in triage. */
  stop(task: TaskModel, by: Party, words: string): void {
    const isWorker = typeof by === "object";
    if (isWorker) task.stops.push(words);
    const isLoop = isWorker && task.stops.filter((one) => one === words).length >= 3;
    if (isLoop) Object.assign(task, { stops: [], hasQuestion: false });
    this.endWith(task, isLoop ? "triage" : "blocked");
  }

  finish(task: TaskModel): void {
    this.endWith(task, "done");
    task.isFinished = true;
    forget(task);
    task.failures = 0;
    this.promote();
  }

  retire(task: TaskModel): void {
    this.endWith(task, "archived");
    forget(task);
    if (task.isFinished) return;
    for (const child of this.tasks)
      if (
        child.parents.has(task.at) &&
        ["triage", "todo", "scheduled"].includes(child.status) &&
        !child.isForced
      )
        Object.assign(child, { status: "blocked", isBelowCancelled: true });
  }

  /** Whoever waited for parents alone goes on. */
  promote(): void {
    for (const task of this.tasks)
      if (task.status === "todo" && !this.waitsForParents(task)) task.status = this.waiting(task);
  }

  /** What every tick does before it claims: whose time has come waits for it no longer. */
  promoteDue(): void {
    for (const task of this.tasks) {
      if (task.status !== "scheduled" || task.dueAtMs === null || task.dueAtMs > this.wallMs) continue;
      task.dueAtMs = null;
      task.status = this.waitsForParents(task) ? "todo" : this.waiting(task);
    }
  }

  isPaused(scope: string): boolean {
    const untilMs = this.pauses.get(scope);
    return untilMs !== undefined && (untilMs === null || untilMs > this.wallMs);
  }

  /** The outcome table of design section 4; the dispatcher's dice always show the middle. */
  endRun(task: TaskModel, run: RunModel, ending: RunEnding): void {
    if (!run.isOpen) return;
    if (ending.outcome === "completed") {
      this.finish(task);
      return;
    }
    const isFailure = ["crashed", "timed_out", "spawn_failed"].includes(ending.outcome);
    task.dueAtMs = null;
    let gaveUp = false;
    const isReturn = ["stale", "interrupted", "reclaimed"].includes(ending.outcome);
    if (ending.outcome === "rate_limited") {
      task.rateLimits++;
      const delayMs = ending.retryAfterMs ?? rateLimitMs[Math.min(task.rateLimits, 3) - 1] ?? 0;
      task.dueAtMs = this.wallMs + delayMs;
      this.pauseLonger(`profile:${run.profile}`, task.dueAtMs);
    } else if (isFailure) {
      task.rateLimits = 0;
      task.returns = 0;
      gaveUp = ++task.failures >= 2 || ending.again === "never";
      if (!gaveUp) task.dueAtMs = this.wallMs + backOffMs(task.failures);
    } else if (isReturn && ending.again === "now") task.returns = 0;
    else if (isReturn) {
      const mayStartAtOnce = ending.outcome === "interrupted" && ending.again !== "later";
      task.dueAtMs = this.comeBack(task, { before: task.returns, mayStartAtOnce, kind: "ending" });
    }
    this.endWith(task, gaveUp ? "blocked" : this.waiting(task));
  }

  /** What a task waits that came back without a failure, longer each time; null: nothing. */
  comeBack(
    task: TaskModel,
    how: { before: number; mayStartAtOnce: boolean; kind: TaskModel["lastReturn"] },
  ): number | null {
    task.returns = how.before + 1;
    task.lastReturn = how.kind;
    if (how.mayStartAtOnce && task.returns === 1) return null;
    return this.wallMs + Math.min(1_000 * 2 ** (task.returns - 1), 3_600_000);
  }

  private pauseLonger(scope: string, untilMs: number): void {
    const before = this.pauses.get(scope);
    if (before === null) return;
    this.pauses.set(scope, Math.max(before ?? 0, untilMs));
  }
}

export function endReview(task: TaskModel): void {
  task.isInReview = false;
  task.author = null;
  task.returnsTo = null;
}

/** Whether `name` has done what is in review, or would have to do it again. */
export function isOwnWork(
  { author, returnsTo }: Pick<TaskModel, "author" | "returnsTo">,
  name: string | null,
) {
  return name !== null && [author, returnsTo].includes(name);
}

export function openRunOf(task: TaskModel): RunModel | null {
  return task.runs.find((run) => run.isOpen) ?? null;
}

/** Nothing of an earlier run is left that could still be at work. */
export function isAlone(task: TaskModel): boolean {
  return task.runs.every((run) => run.isGone);
}

function backOffMs(inARow: number): number {
  return Math.min(10_000 * 2 ** (inARow - 1), retryMaxMs);
}

/** What a task that is over needs no longer. */
function forget(task: TaskModel): void {
  task.dueAtMs = null;
  endReview(task);
  task.rateLimits = 0;
  task.returns = 0;
  task.isForced = false;
}
