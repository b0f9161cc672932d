/** One line of a board's history. Append only; ids grow in the order in which things happened. */
export interface BoardEvent {
  readonly id: number;
  readonly taskId: string;
  readonly runId: number | null;
  readonly kind: string;
  /** The JSON object as written; `actor` says who did it. */
  readonly payload: Readonly<Record<string, unknown>> | null;
  readonly createdAtMs: number;
}

/** The kinds that Kanbun writes: the format's, and of its own those about cancelling, stopping, reviews and redoing. */
const ownKinds = [
  "created",
  "assigned",
  "model_override_set",
  "linked",
  "unlinked",
  "commented",
  "attached",
  "attachment_removed",
  "promoted",
  "promoted_manual",
  "claimed",
  "spawned",
  "heartbeat",
  "claim_extended",
  "reclaimed",
  "stale",
  "timed_out",
  "crashed",
  "protocol_violation",
  "rate_limited",
  "spawn_failed",
  "gave_up",
  "completed",
  "edited",
  "reprioritized",
  "blocked",
  "block_loop_detected",
  "unblocked",
  "scheduled",
  "archived",
  "cancelled",
  "interrupted",
  "stop_requested",
  "leftovers_ended",
  "review_requested",
  "approved",
  "changes_requested",
  "retried",
  "restored",
  "deleted",
] as const;
export type EventKind = (typeof ownKinds)[number];

/** With those that other programs write, and Kanbun does not. */
export const eventKinds: readonly string[] = [
  ...ownKinds,
  ...["claim_rejected", "reclaim_deferred", "dependency_wait", "specified", "decomposed", "status"],
  ...["completion_blocked_hallucination", "suspected_hallucinated_references", "respawn_guarded"],
  "tip_scratch_workspace",
];
