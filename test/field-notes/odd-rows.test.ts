import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { nothingElsewhere } from "../../src/board/admission.ts";
import { explainHold } from "../../src/board/explain-hold.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { readAdmissionRules } from "../../src/dispatcher/tick/policies.ts";
import { isOdd } from "../../src/store/sql/rows/odd-values.ts";
import { CommandLine } from "../cli/command-line.ts";
import { Random } from "../races/orphan-repro/random.ts";
import { runAll } from "../support/run-all.ts";
import { Scene } from "./scene.ts";
import { typed } from "./typed.ts";

type Value = string | number | bigint | Uint8Array | null;

const config =
  '[dispatch]\nmax_in_progress = 4\nretry_delay = "10ms"\nmax_retries = 2\n[profiles.shell]\ngrace = "300ms"\n';
const blob = new Uint8Array([0, 255, 10, 27]);

/** What another program wrote into one row, whatever its type: only a constraint of the table's own keeps it out. */
function write(
  scene: Scene,
  table: string,
  id: string | number,
  values: Readonly<Record<string, Value>>,
): void {
  using db = new Database(scene.database);
  db.run("PRAGMA busy_timeout = 5000");
  const key = table === "tasks" ? "id" : "task_id";
  for (const [column, value] of Object.entries(values))
    db.run(`UPDATE OR IGNORE ${table} SET ${column} = ? WHERE ${key} = ?`, [value, id] as never);
}

const examples: readonly [string, Record<string, Value>, RegExp, string | null][] = [
  ["an unknown kind of workspace", { workspace_kind: "moon" }, /workspace_kind = 'moon'/, "--no-workspace"],
  ["a title of bytes", { title: blob }, /title = X'00FF0A1B'/, "--title"],
  [
    "a text where a number of tries belongs",
    { max_retries: "many" },
    /max_retries = 'many'/,
    "--no-max-retries",
  ],
  ["an unknown status", { status: "sleeping" }, /status = 'sleeping'/, null],
  ["a time in the far future", { created_at: 9_000_000_000_000_000n }, /created_at = 9000000000000000/, null],
  ["a limit below zero", { max_runtime_seconds: -5 }, /max_runtime_seconds = -5/, "--no-max-runtime"],
  ["skills that are no JSON", { skills: "[oops" }, /skills = '\[oops'/, "--no-skill"],
  [
    "a number that no program can hold",
    { priority: 9_223_372_036_854_775_807n },
    /priority = 9223/,
    "--no-priority",
  ],
  ["a priority in words", { priority: "high" }, /priority = 'high'/, "--no-priority"],
  ["a date in words", { started_at: "yesterday" }, /started_at = 'yesterday'/, null],
];

test("X3: a row that holds what can't be used is held with its column and value, shown everywhere, and all others go on", async () => {
  const scene = await Scene.open(config);
  const odd: string[] = [];
  for (const [name, values] of examples) {
    const id = await scene.create("echo ran", { title: name, priority: 9 });
    write(scene, "tasks", id, values);
    odd.push(id);
  }
  const innocents = [await scene.create("true"), await scene.create("true"), await scene.create("exit 1")];
  await runAll(scene.board);
  for (const id of odd) expect(await scene.outcomes(id)).toEqual([]);
  expect(await scene.outcomes(innocents[0] ?? "")).toEqual(["completed"]);
  expect(await scene.outcomes(innocents[2] ?? "")).toEqual(["crashed", "crashed"]);

  const kanbun = new CommandLine(scene.home);
  const listed = (await kanbun.json(["list", "--limit", "100"])).data.tasks;
  const text = await kanbun.ok("list", "--limit", "100");
  const check = (await kanbun.json(["doctor"])).data.checks.find(
    (one: { check: string }) => one.check === "odd_rows",
  );
  expect(check.status).toBe("problem");
  for (const [index, [name, , why, option]] of examples.entries()) {
    const id = odd[index] ?? "";
    expect(text).toContain(id);
    const shown = listed.find((task: { id: string }) => task.id === id);
    expect(shown.oddity).toMatch(why);
    expect({ name, title: typeof shown.title, isTime: shown.created_at_ms <= 8.64e15 }).toEqual({
      name,
      title: "string",
      isTime: true,
    });
    const { data } = await kanbun.json(["explain", id]);
    expect({ name, reason: data.reason }).toEqual({ name, reason: "odd_row" });
    expect(data.detail).toMatch(why);
    expect(await kanbun.ok("show", id)).not.toMatch(/NaN|Invalid/);
    if (option === null) continue;
    expect(data.command).toContain(option);
    expect(typed(kanbun, data.command)).toEqual({ code: 0, stderr: "" });
  }
  await runAll(scene.board);
  for (const [index, [, , , option]] of examples.entries())
    expect(await scene.outcomes(odd[index] ?? "")).toEqual(option === null ? [] : ["completed"]);
});

const columns = [
  ...[
    "title",
    "body",
    "assignee",
    "status",
    "priority",
    "created_by",
    "created_at",
    "started_at",
    "completed_at",
  ],
  ...[
    "workspace_kind",
    "workspace_path",
    "branch_name",
    "project_id",
    "claim_lock",
    "claim_expires",
    "tenant",
  ],
  ...["result", "idempotency_key", "consecutive_failures", "worker_pid", "last_failure_error", "skills"],
  ...["max_runtime_seconds", "last_heartbeat_at", "current_run_id", "model_override", "provider_override"],
  ...["max_retries", "goal_mode", "goal_max_turns", "session_id", "block_kind", "block_recurrences"],
];
const garbage: readonly Value[] = [
  ...["", "x", "-1", "a\nb", "\u0000", "[", "{}", '["ok"]', "1e999", "NaN", "../../x", "\u001b[31m"],
  ...[-1, 0, 1, 0.5, -1e300, 4_000_000_000, 9_007_199_254_740_993n, -9_223_372_036_854_775_808n],
  ...[null, blob, new Uint8Array(0)],
];

test("X3: whatever stands in some rows never changes what happens to the others, and all can be read", async () => {
  for (const seed of [1, 2, 3]) {
    const random = new Random(seed);
    const scene = await Scene.open(config);
    const odd: string[] = [];
    for (let count = 0; count < 25; count++) {
      const id = await scene.create("true", { title: `odd ${count}`, priority: 9 });
      for (let value = 0; value < 3; value++)
        write(scene, "tasks", id, { [random.pick(columns)]: random.pick(garbage) });
      write(scene, "task_events", id, {
        payload: random.pick(garbage),
        kind: random.pick(garbage),
        created_at: random.pick(garbage),
      });
      odd.push(id);
    }
    const innocents: string[] = [];
    for (const body of ["true", "true", "exit 1"]) innocents.push(await scene.create(body));
    await runAll(scene.board);
    const outcomes = await Promise.all(innocents.map((id) => scene.outcomes(id)));
    expect({ seed, outcomes }).toEqual({
      seed,
      outcomes: [["completed"], ["completed"], ["crashed", "crashed"]],
    });
    const at = { config: scene.board.context.loadConfig(), host: thisHost(), nowMs: Date.now() };
    const rules = await readAdmissionRules(scene.store, { ...at, elsewhere: nothingElsewhere });
    for (const id of odd) {
      const hold = explainHold(await scene.store.requireHoldFacts(id, thisHost()), rules);
      expect(hold.detail).not.toBe("");
      await scene.store.requireDossier(id);
    }
    const kanbun = new CommandLine(scene.home);
    for (const command of ["list", "status", "doctor", "stats", "events --board-wide", "assignees"]) {
      const { code, stderr } = await kanbun.run(command.split(" "));
      expect({ seed, command, stderr, isRead: code === 0 || command === "doctor" }).toMatchObject({
        stderr: "",
        isRead: true,
      });
      await kanbun.json(command.split(" "));
    }
  }
});

const oddRows: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  task_runs: { status: blob, started_at: "x", ended_at: "y", outcome: blob, profile: blob, metadata: "{" },
  task_events: { kind: "moved", payload: "[", created_at: "soon" },
  task_attachments: { filename: blob, stored_path: blob, size: "big", created_at: "x" },
  kanban_notify_subs: { platform: blob, chat_id: blob, created_at: "x", last_event_id: "y" },
  kanbun_questions: { question: blob, answer_kind: "?", choices: "{", asked_at_ms: "x" },
  kanbun_pauses: { scope: blob, until_ms: "x", reason: blob, since_ms: "y" },
  kanbun_usage: { run_id: 77, profile: blob, cost_usd: "dear", input_tokens: "many", ended_at_ms: "x" },
  kanbun_repeats: {
    ...{ times: "99 99 * * *", time_zone: "Mars", overlap: "x", title: blob, task: "{" },
    ...{ created_by: "me", created_at_ms: "x", next_at_ms: "soon" },
  },
  kanbun_deliveries: {
    ...{ uid: blob, target: "zz", event_id: "x", subscription: blob, kind: blob, text: blob },
    ...{ body: "{", created_at_ms: "x", next_try_at_ms: "y" },
  },
};

test("X3: what stands in rows of runs, events, files, questions, pauses, repeats and notices can be read", async () => {
  const scene = await Scene.open(config);
  const id = await scene.create("true");
  {
    using db = new Database(scene.database);
    for (const [table, values] of Object.entries(oddRows)) {
      const hasTask = /\btask_id\b/.test(
        String(db.query("SELECT sql FROM sqlite_master WHERE name = ?").values(table)),
      );
      const row = { ...(hasTask ? { task_id: id } : {}), ...values };
      const names = Object.keys(row);
      db.run(
        `INSERT INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
        Object.values(row) as never,
      );
    }
  }
  const kanbun = new CommandLine(scene.home);
  const read = [
    ...[`show ${id}`, `explain ${id}`, `context ${id}`, `runs ${id}`, `attachments ${id}`, `events ${id}`],
    ...["status", "doctor", "top", "notify list", "notify-list", "cron list", "stats --cost"],
  ];
  for (const command of read) {
    const { stdout, stderr } = await kanbun.run([
      ...command.split(" "),
      ...(command === "top" ? ["--json"] : []),
    ]);
    expect({
      command,
      odd: /unexpected|NaN|Invalid Date|JSON Parse/.exec(
        stdout.replaceAll(/its task cannot be read.*/g, "") + stderr,
      )?.[0],
    }).toEqual({ command, odd: undefined });
  }
});

test("X3: odd rows are found by an index, so that no tick looks at every task for them, on a board of an older make too", async () => {
  const scene = await Scene.open(config);
  using before = new Database(scene.database);
  before.run("DROP INDEX kanbun_tasks_odd");
  before.run("CREATE INDEX kanbun_tasks_odd ON tasks(id) WHERE NOT coalesce(status IN ('ready', 'done'), 0)");
  before.run("UPDATE kanbun_meta SET value = 13 WHERE key = 'schema_version'");
  await new CommandLine(scene.home).ok("create", "a task");
  using db = new Database(scene.database);
  for (const [from, table] of [
    ["tasks", ""],
    ["tasks t", "t."],
  ] as const) {
    const plan = db.query(`EXPLAIN QUERY PLAN SELECT id FROM ${from} WHERE ${isOdd(table)}`).all();
    expect(JSON.stringify(plan)).toContain("kanbun_tasks_odd");
  }
});
