import { type StatusChange, statusAfter } from "./status-change.ts";
import type { TaskStatus } from "./task.ts";

/** How many tasks have each status; none that no task has. */
export type StatusCounts = Readonly<Partial<Record<TaskStatus, number>>>;

/** What happened on a board in one part of a span of time. */
export interface FlowBucket {
  /** At its end. */
  readonly byStatus: StatusCounts;
  /** Tasks that were done, each as often as it was done. */
  readonly completed: readonly { readonly taskId: string; readonly atMs: number }[];
  /** How long those that were started had been ready. */
  readonly waitsMs: readonly number[];
  /** Runs that an event ended. */
  readonly endedRuns: readonly number[];
}

/** A task as it is now. */
export interface FlowTask {
  readonly status: TaskStatus;
  readonly createdAtMs: number;
}

interface TaskState {
  status: TaskStatus | "gone";
  sinceMs: number;
  /** In which its last run began. */
  startedFrom: TaskStatus;
}

interface OpenBucket {
  readonly moved: Map<TaskStatus, number>;
  readonly completed: { taskId: string; atMs: number }[];
  readonly waitsMs: number[];
  readonly endedRuns: Set<number>;
}

/**
 * Counts the statuses of a board's tasks over time. It is given what changed since the span began, oldest first, and in the end how things
 * are now: what has not changed since was the same all the time, so that only the span is read, not the whole history.
 */
export class Flow {
  readonly #edgesMs: readonly number[];
  readonly #tasks = new Map<string, TaskState>();
  readonly #buckets: readonly OpenBucket[];
  readonly #atStart = new Map<TaskStatus, number>();

  /** @param edgesMs where each part begins, and where the last one ends: ascending, two at least */
  constructor(edgesMs: readonly number[]) {
    this.#edgesMs = edgesMs;
    this.#buckets = edgesMs
      .slice(1)
      .map(() => ({ moved: new Map(), completed: [], waitsMs: [], endedRuns: new Set() }));
  }

  /** The tasks that have changed in the span. */
  get taskIds(): readonly string[] {
    return [...this.#tasks.keys()];
  }

  isKnown(taskId: string): boolean {
    return this.#tasks.has(taskId);
  }

  /** What a task's last change before the span left behind; to be said before the first of its changes in it. */
  begin(change: StatusChange): void {
    const status = statusAfter(change, "ready");
    this.#tasks.set(change.taskId, {
      status,
      sinceMs: change.atMs,
      startedFrom: status === "review" ? "review" : "ready",
    });
    if (status !== "gone") count(this.#atStart, status, 1);
  }

  add(change: StatusChange): void {
    const { taskId, kind, atMs } = change;
    const bucket = this.#bucketAt(atMs);
    const task = this.#tasks.get(taskId);
    const status = statusAfter(change, task?.startedFrom ?? "ready");
    if (kind === "completed") bucket?.completed.push({ taskId, atMs });
    if (change.runId !== null && kind !== "claimed") bucket?.endedRuns.add(change.runId);
    if (kind === "claimed" && task?.status === "ready")
      bucket?.waitsMs.push(Math.max(0, atMs - task.sinceMs));
    if (task === undefined) {
      this.#tasks.set(taskId, { status, sinceMs: atMs, startedFrom: "ready" });
      if (status !== "gone") count(bucket?.moved, status, 1);
      return;
    }
    if (kind === "claimed") task.startedFrom = task.status === "review" ? "review" : "ready";
    this.#move(task, status, atMs);
  }

  /** @param now the whole board and `taskIds` in the same moment; a task that is not there is gone */
  finish(now: { readonly byStatus: StatusCounts; readonly tasks: ReadonlyMap<string, FlowTask> }): {
    readonly before: StatusCounts;
    readonly buckets: readonly FlowBucket[];
  } {
    // What the history doesn't tell, such as another program's change without an event, is taken to have come with the last event.
    for (const [id, task] of this.#tasks) this.#move(task, now.tasks.get(id)?.status ?? "gone", task.sinceMs);
    const counts = new Map(Object.entries(now.byStatus) as [TaskStatus, number][]);
    for (const { status } of this.#tasks.values()) if (status !== "gone") count(counts, status, -1);
    for (const [status, number] of this.#atStart) count(counts, status, number);
    const told = (): StatusCounts => Object.fromEntries([...counts].filter(([, number]) => number > 0));
    const before = told();
    const buckets = this.#buckets.map(({ moved, completed, waitsMs, endedRuns }) => {
      for (const [status, number] of moved) count(counts, status, number);
      return { byStatus: told(), completed, waitsMs, endedRuns: [...endedRuns] };
    });
    return { before, buckets };
  }

  #move(task: TaskState, status: TaskStatus | "gone", atMs: number): void {
    if (task.status === status) return;
    // A change from before the span is counted as its beginning.
    const moved = atMs < (this.#edgesMs[0] ?? 0) ? this.#atStart : this.#bucketAt(atMs)?.moved;
    if (task.status !== "gone") count(moved, task.status, -1);
    if (status !== "gone") count(moved, status, 1);
    task.status = status;
    task.sinceMs = atMs;
  }

  /** undefined behind the last one: the counts are not told there. What a clock that was set back has put before the first belongs to that. */
  #bucketAt(atMs: number): OpenBucket | undefined {
    let [low, high] = [0, this.#edgesMs.length - 1];
    if (atMs >= (this.#edgesMs[high] ?? 0)) return undefined;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#edgesMs[middle] ?? 0) <= atMs) low = middle;
      else high = middle;
    }
    return this.#buckets[low];
  }
}

function count(counts: Map<TaskStatus, number> | undefined, status: TaskStatus, by: number): void {
  counts?.set(status, (counts.get(status) ?? 0) + by);
}
