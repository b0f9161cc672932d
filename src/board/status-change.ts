import type { TaskStatus } from "./task.ts";

/** An event that may have changed the status of its task. */
export interface StatusChange {
  readonly taskId: string;
  readonly runId: number | null;
  readonly kind: string;
  /** What the event itself says about the status; null: nothing. */
  readonly status: string | null;
  readonly atMs: number;
}

/** The status that a task has after an event of this kind, unless the event says another. */
const after: Readonly<Record<string, TaskStatus | "gone">> = {
  created: "ready",
  promoted: "ready",
  promoted_manual: "ready",
  claimed: "running",
  completed: "done",
  blocked: "blocked",
  gave_up: "blocked",
  block_loop_detected: "triage",
  dependency_wait: "todo",
  unblocked: "ready",
  retried: "ready",
  restored: "todo",
  specified: "ready",
  status: "ready",
  scheduled: "scheduled",
  archived: "archived",
  cancelled: "archived",
  review_requested: "review",
  changes_requested: "ready",
  deleted: "gone",
};

/** These end a run: its task is where it was before the run began. */
const returning: ReadonlySet<string> = new Set([
  "crashed",
  "timed_out",
  "stale",
  "rate_limited",
  "spawn_failed",
  "interrupted",
  "reclaimed",
  "protocol_violation",
]);

/** Only these say a status of their own; another event's `status` may mean anything. */
export const statusTellingKinds: readonly string[] = [
  "created",
  "promoted_manual",
  "unblocked",
  "retried",
  "restored",
  "specified",
  "status",
];

/** The kinds of events that change a status: no others need to be read. */
export const statusChangingKinds: readonly string[] = [...Object.keys(after), ...returning];

/**
 * The status of a task after an event, `gone` for one that was deleted. Known from the history alone: what other programs change without
 * an event is not in it.
 * @param start the status in which its last run began
 */
export function statusAfter(
  change: Pick<StatusChange, "kind" | "status">,
  start: TaskStatus,
): TaskStatus | "gone" {
  if (returning.has(change.kind)) return start;
  if (change.status !== null && isStatus(change.status)) return change.status;
  return after[change.kind] ?? start;
}

const known: ReadonlySet<string> = new Set([...Object.values(after), "todo", "running"]);

function isStatus(text: string): text is TaskStatus {
  return known.has(text) && text !== "gone";
}
