import { Database } from "bun:sqlite";

/** The columns of each table as docs/format has them, written out here: not taken from the code that makes boards. */
const tasksColumns = [
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
];

const otherTables = `
CREATE TABLE task_links (parent_id TEXT NOT NULL, child_id TEXT NOT NULL, PRIMARY KEY (parent_id, child_id));
CREATE TABLE task_comments (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, author TEXT NOT NULL,
  body TEXT NOT NULL, created_at INTEGER NOT NULL);
CREATE TABLE task_events (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, run_id INTEGER,
  kind TEXT NOT NULL, payload TEXT, created_at INTEGER NOT NULL);
CREATE TABLE task_runs (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, profile TEXT, step_key TEXT,
  status TEXT NOT NULL, claim_lock TEXT, claim_expires INTEGER, worker_pid INTEGER, max_runtime_seconds INTEGER,
  last_heartbeat_at INTEGER, started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT, summary TEXT, metadata TEXT,
  error TEXT);
CREATE TABLE task_attachments (id INTEGER PRIMARY KEY AUTOINCREMENT, task_id TEXT NOT NULL, filename TEXT NOT NULL,
  stored_path TEXT NOT NULL, content_type TEXT, size INTEGER NOT NULL DEFAULT 0, uploaded_by TEXT,
  created_at INTEGER NOT NULL);
CREATE TABLE kanban_notify_subs (task_id TEXT NOT NULL, platform TEXT NOT NULL, chat_id TEXT NOT NULL, chat_type TEXT,
  thread_id TEXT NOT NULL DEFAULT '', user_id TEXT, notifier_profile TEXT, delivery_metadata TEXT,
  created_at INTEGER NOT NULL, last_event_id INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (task_id, platform, chat_id, thread_id));
CREATE INDEX idx_tasks_assignee_status ON tasks(assignee, status);
CREATE INDEX idx_tasks_status ON tasks(status);
CREATE INDEX idx_links_child ON task_links(child_id);
CREATE INDEX idx_events_task ON task_events(task_id, created_at);`;

/** One task per status; the ids end in the status's place in the list. */
export const hermesIds = {
  triage: "t_00000001",
  todo: "t_00000002",
  scheduled: "t_00000003",
  ready: "t_00000004",
  running: "t_00000005",
  blocked: "t_00000006",
  review: "t_00000007",
  done: "t_00000008",
  archived: "t_00000009",
  /** Running by a dispatcher that left no run. */
  runless: "t_0000000a",
  /** These two have one idempotency key. */
  twin: "t_0000000b",
  secondTwin: "t_0000000c",
} as const;

export const otherHostLock = "other-host:123";

export interface HermesBoardOptions {
  /** A board of an older make: without the last three columns of `tasks`. */
  readonly isOld?: boolean;
  readonly journalMode?: "DELETE" | "WAL";
}

/** Writes a board as another program of the format would, with what Kanbun has never heard of. */
export function writeHermesBoard(
  path: string,
  { isOld = false, journalMode = "DELETE" }: HermesBoardOptions = {},
): void {
  const db = new Database(path, { create: true });
  db.run(`PRAGMA journal_mode = ${journalMode}`);
  db.run("PRAGMA synchronous = OFF");
  const columns = isOld ? tasksColumns.slice(0, -3) : tasksColumns;
  db.run(`CREATE TABLE tasks (${columns.join(", ")}, mood TEXT DEFAULT 'fine')`);
  for (const statement of otherTables.split(";").filter((text) => text.trim() !== "")) db.run(statement);
  db.run("CREATE TABLE moon_phases (phase TEXT)");
  db.run("INSERT INTO moon_phases VALUES ('full')");
  insertTasks(db);
  insertHistory(db);
  db.close();
}

function insertTasks(db: Database): void {
  const insert = (id: string, status: string, more: Record<string, string | number> = {}) => {
    const row: Record<string, string | number> = {
      id,
      title: status,
      status,
      created_at: 1_700_000_000,
      assignee: "shell",
      ...more,
    };
    const names = Object.keys(row);
    db.query(`INSERT INTO tasks (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`).run(
      ...Object.values(row),
    );
  };
  const claimed = {
    claim_lock: otherHostLock,
    claim_expires: 1_700_000_900,
    worker_pid: 99_999_999,
    started_at: 1_700_000_000,
  };
  insert(hermesIds.triage, "triage");
  insert(hermesIds.todo, "todo");
  insert(hermesIds.scheduled, "scheduled");
  insert(hermesIds.ready, "ready", {
    priority: 3,
    skills: '["a","b"]',
    max_runtime_seconds: 60,
    mood: "odd",
  });
  insert(hermesIds.running, "running", { ...claimed, current_run_id: 2 });
  insert(hermesIds.blocked, "blocked", { last_failure_error: "exit code 3", consecutive_failures: 2 });
  insert(hermesIds.review, "review");
  insert(hermesIds.done, "done", { completed_at: 1_700_000_500, result: "42" });
  insert(hermesIds.archived, "archived", { completed_at: 1_700_000_400, skills: "no JSON" });
  insert(hermesIds.runless, "running", claimed);
  insert(hermesIds.twin, "todo", { idempotency_key: "twin", assignee: "nobody" });
  insert(hermesIds.secondTwin, "ready", { idempotency_key: "twin", assignee: "nobody" });
}

function insertHistory(db: Database): void {
  db.run("INSERT INTO task_links VALUES (?, ?)", [hermesIds.ready, hermesIds.todo]);
  db.run("INSERT INTO task_links VALUES (?, ?)", [hermesIds.done, hermesIds.todo]);
  db.run("INSERT INTO task_links VALUES (?, ?)", [hermesIds.ready, hermesIds.twin]);
  db.run(
    "INSERT INTO task_runs (id, task_id, status, started_at, ended_at, outcome, summary, metadata) VALUES (1, ?, 'done', 1, 2, 'completed', 'easy', '{\"n\":1}')",
    [hermesIds.done],
  );
  db.run(
    "INSERT INTO task_runs (id, task_id, profile, status, claim_lock, claim_expires, worker_pid, started_at) VALUES (2, ?, 'shell', 'running', ?, 1700000900, 99999999, 1700000000)",
    [hermesIds.running, otherHostLock],
  );
  db.run("INSERT INTO task_comments (task_id, author, body, created_at) VALUES (?, 'bob', 'hm', 5)", [
    hermesIds.done,
  ]);
  db.run(
    "INSERT INTO task_events (task_id, kind, payload, created_at) VALUES (?, 'gave_up', '{\"error\":\"x\"}', 5)",
    [hermesIds.blocked],
  );
  db.run(
    "INSERT INTO task_events (task_id, kind, payload, created_at) VALUES (?, 'decomposed', 'no JSON', 6)",
    [hermesIds.done],
  );
  db.run(
    "INSERT INTO task_attachments (task_id, filename, stored_path, created_at) VALUES (?, 'a.txt', '/srv/a.txt', 5)",
    [hermesIds.done],
  );
  db.run(
    "INSERT INTO kanban_notify_subs (task_id, platform, chat_id, created_at) VALUES (?, 'chat', '1', 5)",
    [hermesIds.done],
  );
}

/** Every row of every table of `tables`, column by column; for a comparison before and after. */
export function dumpTables(path: string, tables?: readonly string[]): Record<string, unknown[]> {
  const db = new Database(path, { readonly: true });
  const names =
    tables ??
    db
      .query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map((row) => row.name);
  const dump = Object.fromEntries(names.map((name) => [name, db.query(`SELECT * FROM "${name}"`).all()]));
  db.close();
  return dump;
}

/** The rows of `before` with the columns that they had, as `after` has them. */
export function sameColumns(before: readonly unknown[], after: readonly unknown[]): unknown[] {
  return after.map((row, index) => {
    const had = Object.keys((before[index] ?? {}) as object);
    return Object.fromEntries(had.map((name) => [name, (row as Record<string, unknown>)[name]]));
  });
}
