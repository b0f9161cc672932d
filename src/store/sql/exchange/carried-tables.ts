/** A table whose rows go along when tasks are exported, and which of its columns refer to what. */
export interface CarriedTable {
  readonly name: string;
  /** Columns that hold the id of a task; the first is whose the row is. */
  readonly tasks: readonly [string, ...string[]];
  /** Its own number, which grows with each row. */
  readonly id?: "id";
  readonly runs?: readonly string[];
  readonly events?: readonly string[];
  /** What holds on this host alone, or lets whoever reads it act as a worker: it does not leave the board. */
  readonly bound?: readonly string[];
}

const claim = ["claim_lock", "claim_expires", "worker_pid"];

/**
 * In the order in which they leave a board. Not among them is what belongs to the board and its host, not to a task: pauses,
 * repeats, notices to be told, and the records of processes and their logs.
 */
export const carriedTables: readonly CarriedTable[] = [
  { name: "tasks", tasks: ["id"], bound: [...claim, "current_run_id", "worker_started_at"] },
  { name: "task_links", tasks: ["child_id", "parent_id"] },
  { name: "task_runs", tasks: ["task_id"], id: "id", bound: [...claim, "worker_started_at"] },
  { name: "task_comments", tasks: ["task_id"], id: "id" },
  { name: "task_events", tasks: ["task_id"], id: "id", runs: ["run_id"] },
  { name: "task_attachments", tasks: ["task_id"], id: "id" },
  { name: "kanban_notify_subs", tasks: ["task_id"], events: ["last_event_id", "last_ping_event_id"] },
  { name: "kanbun_questions", tasks: ["task_id"], id: "id", runs: ["run_id"] },
  { name: "kanbun_usage", tasks: ["task_id"], runs: ["run_id", "resumed_run_id"] },
  { name: "kanbun_tasks", tasks: ["task_id"] },
  { name: "kanbun_returns", tasks: ["task_id"] },
  { name: "kanbun_forced", tasks: ["task_id"] },
];
