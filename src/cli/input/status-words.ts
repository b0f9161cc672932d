/** What brings a task to a status, for who knows the status alone. */
export const statusVerbs: ReadonlyMap<string, string> = new Map([
  ["done", "complete"],
  ["ready", "promote"],
  ["running", "claim"],
  ["blocked", "block"],
  ["review", "request-review"],
  ["scheduled", "schedule"],
  ["archived", "archive"],
  ["cancelled", "cancel"],
]);

/** Of statuses that other programs have: ours. */
export const otherStatuses: ReadonlyMap<string, string> = new Map([
  ...["in_progress", "in-progress", "doing", "active", "started", "wip"].map(
    (one) => [one, "running"] as const,
  ),
  ...["closed", "complete", "completed", "finished", "success"].map((one) => [one, "done"] as const),
  ...["failed", "failure", "gave_up", "stuck"].map((one) => [one, "blocked"] as const),
  ...["waiting", "pending", "backlog"].map((one) => [one, "todo"] as const),
  ...["queued"].map((one) => [one, "ready"] as const),
  ...["deferred", "stashed"].map((one) => [one, "scheduled"] as const),
  ...["in_review"].map((one) => [one, "review"] as const),
]);
