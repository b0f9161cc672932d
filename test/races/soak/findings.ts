/** What must never happen, each with what was seen of it. The names are those of the JSON document. */
export interface Findings {
  readonly tasks_with_two_live_workers: readonly string[];
  readonly workers_of_given_up_starts: readonly string[];
  readonly tasks_done_twice: readonly string[];
  readonly outcomes_not_as_seen: readonly string[];
  readonly workers_ended_without_cause: readonly string[];
  readonly acknowledged_writes_lost: readonly string[];
  readonly processes_left: readonly string[];
  readonly runs_still_open: readonly string[];
  readonly tasks_not_done: readonly string[];
  readonly events_out_of_order: readonly string[];
  readonly ticks_failed: readonly string[];
  readonly ticks_overlapping_under_the_lock: readonly string[];
  readonly brought_down_by_another_board: readonly string[];
  readonly integrity: readonly string[];
}

export const findingNames: readonly (keyof Findings)[] = [
  "tasks_with_two_live_workers",
  "workers_of_given_up_starts",
  "tasks_done_twice",
  "outcomes_not_as_seen",
  "workers_ended_without_cause",
  "acknowledged_writes_lost",
  "processes_left",
  "runs_still_open",
  "tasks_not_done",
  "events_out_of_order",
  "ticks_failed",
  "ticks_overlapping_under_the_lock",
  "brought_down_by_another_board",
  "integrity",
];

export function listFindings(findings: Findings): string[] {
  return findingNames.flatMap((name) => findings[name].map((finding) => `${name}: ${finding}`));
}
