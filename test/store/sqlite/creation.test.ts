import { Database } from "bun:sqlite";
import { afterEach, describe, expect, spyOn, test } from "bun:test";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";
import { person } from "../board-under-test.ts";
import { freshPath, memoryPath, openFile, removeMemoryHomes } from "./board.ts";

// Transcribed from "The board format": name, then type; `!` is NOT NULL, `=` a default.
const format: Record<string, string> = {
  tasks: `id TEXT, title TEXT !, body TEXT, assignee TEXT, status TEXT !, priority INTEGER =0, created_by TEXT,
    created_at INTEGER !, started_at INTEGER, completed_at INTEGER, workspace_kind TEXT ! ='scratch',
    workspace_path TEXT, branch_name TEXT, project_id TEXT, claim_lock TEXT, claim_expires INTEGER, tenant TEXT,
    result TEXT, idempotency_key TEXT, consecutive_failures INTEGER ! =0, worker_pid INTEGER, last_failure_error TEXT,
    max_runtime_seconds INTEGER, last_heartbeat_at INTEGER, current_run_id INTEGER, workflow_template_id TEXT,
    current_step_key TEXT, skills TEXT, model_override TEXT, provider_override TEXT, max_retries INTEGER,
    goal_mode INTEGER ! =0, goal_max_turns INTEGER, session_id TEXT, block_kind TEXT, block_recurrences INTEGER ! =0`,
  task_links: "parent_id TEXT !, child_id TEXT !",
  task_comments: "id INTEGER, task_id TEXT !, author TEXT !, body TEXT !, created_at INTEGER !",
  task_events: "id INTEGER, task_id TEXT !, run_id INTEGER, kind TEXT !, payload TEXT, created_at INTEGER !",
  task_runs: `id INTEGER, task_id TEXT !, profile TEXT, step_key TEXT, status TEXT !, claim_lock TEXT,
    claim_expires INTEGER, worker_pid INTEGER, max_runtime_seconds INTEGER, last_heartbeat_at INTEGER,
    started_at INTEGER !, ended_at INTEGER, outcome TEXT, summary TEXT, metadata TEXT, error TEXT`,
  task_attachments: `id INTEGER, task_id TEXT !, filename TEXT !, stored_path TEXT !, content_type TEXT,
    size INTEGER ! =0, uploaded_by TEXT, created_at INTEGER !`,
  kanban_notify_subs: `task_id TEXT !, platform TEXT !, chat_id TEXT !, chat_type TEXT, thread_id TEXT ! ='',
    user_id TEXT, notifier_profile TEXT, delivery_metadata TEXT, created_at INTEGER !, last_event_id INTEGER ! =0`,
};

const indexes =
  `idx_tasks_assignee_status idx_tasks_status idx_tasks_tenant idx_tasks_idempotency idx_tasks_session_id
  idx_links_child idx_links_parent idx_comments_task idx_events_task idx_events_run idx_runs_task idx_runs_status
  idx_attachments_task idx_notify_task`.split(/\s+/);

afterEach(removeMemoryHomes);

async function inspect<Row>(sql: string): Promise<Row[]> {
  const path = memoryPath();
  await using _store = await openFile(path, { mode: "create" });
  const db = new Database(path, { readonly: true });
  const rows = db.query<Row, []>(sql).all();
  db.close();
  return rows;
}

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

describe("a new board", () => {
  for (const [table, columns] of Object.entries(format))
    test(`has the columns of ${table} in the format's order, types and defaults`, async () => {
      const rows = await inspect<ColumnInfo>(`PRAGMA table_info(${table})`);
      const found = rows.map((row) => {
        const value = row.dflt_value === null ? "" : ` =${row.dflt_value}`;
        return `${row.name} ${row.type}${row.notnull ? " !" : ""}${value}`;
      });
      // Behind them what is ours, which is as if it were not there for who doesn't name it.
      const own = table === "tasks" ? ["kanbun_asks TEXT ! =''"] : [];
      expect(found).toEqual([...columns.split(",").map((column) => column.trim()), ...own]);
    });

  test("has the format's primary keys", async () => {
    const keys: Record<string, string[]> = {};
    for (const table of Object.keys(format)) {
      const rows = await inspect<ColumnInfo>(`PRAGMA table_info(${table})`);
      keys[table] = rows.filter((row) => row.pk > 0).map((row) => row.name);
    }
    expect(keys).toEqual({
      tasks: ["id"],
      task_links: ["parent_id", "child_id"],
      task_comments: ["id"],
      task_events: ["id"],
      task_runs: ["id"],
      task_attachments: ["id"],
      kanban_notify_subs: ["task_id", "platform", "chat_id", "thread_id"],
    });
  });

  test("has the format's indexes, none of them unique, and else only its own (W43)", async () => {
    const rows = await inspect<{ name: string; sql: string | null }>(
      "SELECT name, sql FROM sqlite_master WHERE type = 'index'",
    );
    const named = rows.filter((row) => row.sql !== null);
    expect(
      named
        .map((row) => row.name)
        .filter((name) => name.startsWith("idx_"))
        .sort(),
    ).toEqual([...indexes].sort());
    expect(named.filter((row) => /UNIQUE/.test(row.sql ?? "") && !row.name.startsWith("kanbun_"))).toEqual(
      [],
    );
    expect(named.filter((row) => !/^(idx|kanbun)_/.test(row.name))).toEqual([]);
  });

  test("has no table beside the format's but those called kanbun_", async () => {
    const rows = await inspect<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'");
    const others = rows.map((row) => row.name).filter((name) => !/^(sqlite|kanbun)_/.test(name));
    expect(others.sort()).toEqual(Object.keys(format).sort());
  });

  const pragmas: [string, unknown][] = [
    ["journal_mode", "wal"],
    ["user_version", 0],
    ["application_id", 0],
  ];
  for (const [pragma, value] of pragmas)
    test(`has ${pragma} ${value}`, async () => {
      const [row] = await inspect<Record<string, unknown>>(`PRAGMA ${pragma}`);
      expect(Object.values(row ?? {})).toEqual([value]);
    });

  test.skipIf(lacksOnWindows("permission bits"))(
    "is made with its folder, which is nobody else's business",
    async () => {
      const folder = join(makeTestHome(), "a", "b");
      (await openFile(join(folder, "kanban.db"), { mode: "create" })).close();
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    },
  );

  test("leaves, once it is closed, only the database and its first-open lock", async () => {
    const path = freshPath();
    const store = await openFile(path, { mode: "create" });
    await store.createTask({ title: "x" }, person);
    store.close();
    expect(readdirSync(dirname(path)).sort()).toEqual(["kanban.db", "kanban.db.init.lock"]);
  });
});

describe("the id of a new task", () => {
  /** Draws that bring the number that was drawn first again and again, among others. */
  function drawTwice() {
    let drawn = 0;
    return spyOn(crypto, "getRandomValues").mockImplementation((array) => {
      if (array instanceof Uint32Array) for (const index of array.keys()) array[index] = (index >> 1) + drawn;
      else if (array instanceof Buffer) array.writeUInt32BE(drawn >> 1);
      drawn += 1;
      return array;
    });
  }

  test("is drawn again when a task has it", async () => {
    await using store = await openFile(memoryPath(), { mode: "create" });
    using _draws = drawTwice();
    const made = [
      await store.createTask({ title: "a" }, person),
      await store.createTask({ title: "b" }, person),
    ];
    expect(made.map(({ task }) => task.id)).toEqual(["t_00000000", "t_00000001"]);
  });

  test("is none that another of its batch, or of the board, has", async () => {
    await using store = await openFile(memoryPath(), { mode: "create" });
    using _draws = drawTwice();
    const { task } = await store.createTask({ title: "a" }, person);
    const { ids } = await store.createTasks({ tasks: new Array(600).fill({ title: "b" }) }, person);
    expect(new Set([task.id, ...ids]).size).toBe(601);
  });
});
