/** The version of what Kanbun adds; a board with a higher one was written by a newer Kanbun. */
export const schemaVersion = 2;

/**
 * The format's tables, as other programs make them too. Never dropped, renamed or retyped here; columns that
 * an older board lacks are added, columns that are not known are left alone.
 */
export const formatTables: Readonly<Record<string, readonly string[]>> = {
  tasks: [
    "id TEXT PRIMARY KEY",
    "title TEXT NOT NULL",
    "body TEXT",
    "assignee TEXT",
    "status TEXT NOT NULL",
    "priority INTEGER DEFAULT 0",
    "created_by TEXT",
    "created_at INTEGER NOT NULL",
    "started_at INTEGER",
    "completed_at INTEGER",
    "workspace_kind TEXT NOT NULL DEFAULT 'scratch'",
    "workspace_path TEXT",
    "branch_name TEXT",
    "project_id TEXT",
    "claim_lock TEXT",
    "claim_expires INTEGER",
    "tenant TEXT",
    "result TEXT",
    "idempotency_key TEXT",
    "consecutive_failures INTEGER NOT NULL DEFAULT 0",
    "worker_pid INTEGER",
    "last_failure_error TEXT",
    "max_runtime_seconds INTEGER",
    "last_heartbeat_at INTEGER",
    "current_run_id INTEGER",
    "workflow_template_id TEXT",
    "current_step_key TEXT",
    "skills TEXT",
    "model_override TEXT",
    "provider_override TEXT",
    "max_retries INTEGER",
    "goal_mode INTEGER NOT NULL DEFAULT 0",
    "goal_max_turns INTEGER",
    "session_id TEXT",
    "block_kind TEXT",
    "block_recurrences INTEGER NOT NULL DEFAULT 0",
  ],
  task_links: ["parent_id TEXT NOT NULL", "child_id TEXT NOT NULL", "PRIMARY KEY (parent_id, child_id)"],
  task_comments: [
    "id INTEGER PRIMARY KEY AUTOINCREMENT",
    "task_id TEXT NOT NULL",
    "author TEXT NOT NULL",
    "body TEXT NOT NULL",
    "created_at INTEGER NOT NULL",
  ],
  task_events: [
    "id INTEGER PRIMARY KEY AUTOINCREMENT",
    "task_id TEXT NOT NULL",
    "run_id INTEGER",
    "kind TEXT NOT NULL",
    "payload TEXT",
    "created_at INTEGER NOT NULL",
  ],
  task_runs: [
    "id INTEGER PRIMARY KEY AUTOINCREMENT",
    "task_id TEXT NOT NULL",
    "profile TEXT",
    "step_key TEXT",
    "status TEXT NOT NULL",
    "claim_lock TEXT",
    "claim_expires INTEGER",
    "worker_pid INTEGER",
    "max_runtime_seconds INTEGER",
    "last_heartbeat_at INTEGER",
    "started_at INTEGER NOT NULL",
    "ended_at INTEGER",
    "outcome TEXT",
    "summary TEXT",
    "metadata TEXT",
    "error TEXT",
  ],
  task_attachments: [
    "id INTEGER PRIMARY KEY AUTOINCREMENT",
    "task_id TEXT NOT NULL",
    "filename TEXT NOT NULL",
    "stored_path TEXT NOT NULL",
    "content_type TEXT",
    "size INTEGER NOT NULL DEFAULT 0",
    "uploaded_by TEXT",
    "created_at INTEGER NOT NULL",
  ],
  kanban_notify_subs: [
    "task_id TEXT NOT NULL",
    "platform TEXT NOT NULL",
    "chat_id TEXT NOT NULL",
    "chat_type TEXT",
    "thread_id TEXT NOT NULL DEFAULT ''",
    "user_id TEXT",
    "notifier_profile TEXT",
    "delivery_metadata TEXT",
    "created_at INTEGER NOT NULL",
    "last_event_id INTEGER NOT NULL DEFAULT 0",
    "PRIMARY KEY (task_id, platform, chat_id, thread_id)",
  ],
};

/**
 * A board that has one of this name keeps it as it is. Most tasks have no tenant, key or session: left out of these
 * indexes, they cost a creation a third of the pages that it writes.
 */
export const formatIndexes: readonly string[] = [
  "idx_tasks_assignee_status ON tasks(assignee, status)",
  "idx_tasks_status ON tasks(status)",
  "idx_tasks_tenant ON tasks(tenant) WHERE tenant IS NOT NULL",
  "idx_tasks_idempotency ON tasks(idempotency_key) WHERE idempotency_key IS NOT NULL",
  "idx_tasks_session_id ON tasks(session_id) WHERE session_id IS NOT NULL",
  "idx_links_child ON task_links(child_id)",
  "idx_links_parent ON task_links(parent_id)",
  "idx_comments_task ON task_comments(task_id, created_at)",
  "idx_events_task ON task_events(task_id, created_at)",
  "idx_events_run ON task_events(run_id, id) WHERE run_id IS NOT NULL",
  "idx_runs_task ON task_runs(task_id, started_at)",
  "idx_runs_status ON task_runs(status)",
  "idx_attachments_task ON task_attachments(task_id, created_at)",
  "idx_notify_task ON kanban_notify_subs(task_id)",
];

/**
 * What Kanbun adds. Times are milliseconds. Kept in tables of its own, so that a reader of a board that was
 * never opened for writing can stand in empty ones.
 */
export const ownTables: Readonly<Record<string, string>> = {
  kanbun_meta: "key TEXT PRIMARY KEY, value INTEGER NOT NULL",
  kanbun_tasks: `
    task_id TEXT PRIMARY KEY,
    not_before_ms INTEGER,
    protocol_violations INTEGER NOT NULL DEFAULT 0,
    rate_limits INTEGER NOT NULL DEFAULT 0,
    reviewer TEXT,
    in_review INTEGER NOT NULL DEFAULT 0`,
  kanbun_runs: `
    run_id INTEGER PRIMARY KEY,
    task_id TEXT NOT NULL,
    holder TEXT NOT NULL,
    token TEXT NOT NULL,
    profile TEXT,
    host TEXT NOT NULL,
    boot_id TEXT NOT NULL,
    dispatcher_pid INTEGER,
    dispatcher_start TEXT,
    pid INTEGER,
    start_time TEXT,
    claimed_at_ms INTEGER NOT NULL,
    claimed_at_monotonic_ms INTEGER NOT NULL,
    grace_ms INTEGER NOT NULL,
    last_heartbeat_at_monotonic_ms INTEGER,
    ended_at_monotonic_ms INTEGER,
    stop_reason TEXT,
    term_at_monotonic_ms INTEGER,
    gone_at_ms INTEGER,
    scratch_path TEXT`,
  kanbun_questions: `
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id TEXT NOT NULL,
    run_id INTEGER,
    question TEXT NOT NULL,
    answer_kind TEXT NOT NULL,
    choices TEXT NOT NULL,
    asked_at_ms INTEGER NOT NULL,
    answer TEXT,
    answered_by TEXT,
    closed_at_ms INTEGER`,
  kanbun_pauses: "scope TEXT PRIMARY KEY, until_ms INTEGER, reason TEXT NOT NULL, since_ms INTEGER NOT NULL",
};

export const ownIndexes: readonly string[] = [
  // The database's own word that a task has at most one live run, whatever the code above it believes.
  "UNIQUE INDEX IF NOT EXISTS kanbun_runs_live ON kanbun_runs(task_id) WHERE gone_at_ms IS NULL",
  "INDEX IF NOT EXISTS kanbun_runs_scratch ON kanbun_runs(run_id) WHERE scratch_path IS NOT NULL",
  "INDEX IF NOT EXISTS kanbun_tasks_ready ON tasks(assignee, priority DESC, created_at) WHERE status = 'ready'",
  // The order of work: the first fifty of a large board are read, not sorted out of all.
  "INDEX IF NOT EXISTS idx_kanbun_tasks_order ON tasks(priority DESC, created_at) WHERE status <> 'archived'",
  "INDEX IF NOT EXISTS kanbun_questions_task ON kanbun_questions(task_id)",
  "INDEX IF NOT EXISTS kanbun_tasks_reviewer ON kanbun_tasks(reviewer) WHERE reviewer IS NOT NULL",
  "INDEX IF NOT EXISTS kanbun_tasks_due ON kanbun_tasks(not_before_ms) WHERE not_before_ms IS NOT NULL",
];
