import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { attachFiles } from "../../src/home/attachments/attachments.ts";
import { createBoard } from "../../src/home/boards/board-making.ts";
import { initHome } from "../../src/home/boards/init-home.ts";
import { exportBoard } from "../../src/home/exchange/export-board.ts";
import { importBoard } from "../../src/home/exchange/import-board.ts";
import { Home } from "../../src/home/session/home.ts";
import type { Session } from "../../src/home/session/session.ts";
import { carriedTables } from "../../src/store/sql/exchange/carried-tables.ts";
import { formatTables } from "../../src/store/sql/schema/format-schema.ts";
import { ownTables } from "../../src/store/sql/schema/schema.ts";
import { CommandLine } from "../cli/command-line.ts";
import { person } from "../support/board.ts";
import { makeTestHome } from "../support/home.ts";

/** A home with the boards `default` and `copy`. */
async function twoBoards() {
  const home = new Home({ home: join(makeTestHome(), "home"), as: "tester" }, {});
  await initHome(home);
  await createBoard(home, "copy");
  return home;
}

async function exported(session: Session, choice: Parameters<typeof exportBoard>[1] = {}): Promise<string[]> {
  const lines: string[] = [];
  await exportBoard(session, choice, (line) => lines.push(line));
  return lines;
}

function imported(session: Session, lines: readonly string[], newIds = false) {
  const numbered = lines.map((text, at) => ({ number: at + 1, text }));
  return importBoard(session, numbered, { name: "file", newIds });
}

/** Something in each table, and what only a foreign hand writes. */
async function fill({ store, place }: Session) {
  const make = async (title: string, parents: string[] = []) =>
    (await store.createTask({ title, body: 'a\u2028b"\\', parents, idempotencyKey: title }, person)).task.id;
  const a = await make("first");
  const b = await make("zweite Ä 😀", [a]);
  const c = await make("late", [b]);
  await store.completeTask(a, { summary: "done", metadata: { files: 3 }, result: "42" }, person);
  await store.blockTask(b, { reason: "why", kind: "needs_input" }, person);
  await store.addComment(b, "hello", person);
  await store.scheduleTask(c, { dueAtMs: 4_000_000_000_123, reason: null }, person);
  using db = new Database(place.paths.database);
  db.run(
    "INSERT INTO kanban_notify_subs (task_id, platform, chat_id, created_at, last_event_id) VALUES (?, 'x', '1', 1, 4)",
    [b],
  );
  db.run(
    "UPDATE tasks SET result = x'00ff', branch_name = CAST(x'61ff' AS TEXT), priority = 9007199254740993, tenant = 'x' WHERE id = ?",
    [c],
  );
  db.run("UPDATE tasks SET max_retries = 9e999, branch_name = 'a' || char(0) || char(65533) WHERE id = ?", [
    b,
  ]);
  db.run(
    "INSERT INTO kanbun_usage (run_id, task_id, model, cost_usd) SELECT id, task_id, 'm', 0.1 + 0.2 FROM task_runs WHERE task_id = ?",
    [a],
  );
  return { a, b, c };
}

test("every table is either carried by an export, or belongs to the board and its host", () => {
  const carried = carriedTables.map(({ name }) => name);
  const all = Object.keys({ ...formatTables, ...ownTables });
  expect(all.filter((name) => !carried.includes(name))).toEqual([
    ...[
      "kanbun_meta",
      "kanbun_runs",
      "kanbun_run_logs",
      "kanbun_relocations",
      "kanbun_pauses",
      "kanbun_repeats",
      "kanbun_repeated_tasks",
    ],
    ...["kanbun_notify_places", "kanbun_deliveries"],
  ]);
});

test("an export that is imported and exported again is the same, byte for byte, but for its head", async () => {
  const home = await twoBoards();
  await using session = await home.open("write");
  const { b } = await fill(session);
  const file = join(home.place.home, "notes.txt");
  writeFileSync(file, "some notes");
  await attachFiles(session, b, [file]);
  const first = await exported(session, { withFiles: true });
  await using copy = await home.open("write", "copy");
  const { tasks, files } = await imported(copy, first);
  expect([tasks, files]).toEqual([3, 1]);
  const [attachment] = await copy.store.listAttachments(b);
  expect(attachment?.storedPath).toStartWith(copy.place.paths.attachments);
  expect(readFileSync(attachment?.storedPath ?? "", "utf8")).toBe("some notes");
  const again = (await exported(copy, { withFiles: true })).map((line) =>
    line.replaceAll(inJson(copy.place.paths.attachments), inJson(session.place.paths.attachments)),
  );
  expect(again.slice(1)).toEqual(first.slice(1));
  using db = new Database(copy.place.paths.database);
  expect(
    db
      .query(
        "SELECT typeof(branch_name) AS t, hex(branch_name) AS h, CAST(priority AS TEXT) AS p FROM tasks WHERE tenant = 'x'",
      )
      .get(),
  ).toEqual({
    ...{ t: "text", h: "61FF", p: "9007199254740993" },
  });
});

test("what an import would come to is found out without a byte or a file of it kept", async () => {
  const home = await twoBoards();
  await using session = await home.open("write");
  const { a } = await fill(session);
  const file = join(home.place.home, "spec.txt");
  writeFileSync(file, "spec");
  await attachFiles(session, a, [file]);
  const lines = await exported(session, { withFiles: true });
  await using copy = await home.open("write", "copy");
  const numbered = () => lines.map((text, at) => ({ number: at + 1, text }));
  const planned = await importBoard(copy, numbered(), { name: "file", isDryRun: true });
  expect(await copy.store.getCounts()).toMatchObject({ tasks: 0, events: 0, runs: 0 });
  expect(existsSync(join(copy.place.paths.attachments, a))).toBe(false);
  expect(await importBoard(copy, numbered(), { name: "file" })).toEqual(planned);
  await expect(importBoard(copy, numbered(), { name: "file", isDryRun: true })).rejects.toThrow("already");
});

test("a filter takes tasks with what belongs to them, and links between them alone", async () => {
  const home = await twoBoards();
  await using session = await home.open("write");
  const { a, b, c } = await fill(session);
  const lines: string[] = [];
  const { tasks, linksLeftOut } = await exportBoard(session, { ids: [a, b] }, (line) => lines.push(line));
  expect([tasks, linksLeftOut]).toEqual([2, 1]);
  expect(lines.join("\n")).not.toContain(c);
  expect(lines.filter((line) => line.startsWith('{"task_links"'))).toHaveLength(1);
  const blocked = await exported(session, { filter: { statuses: ["blocked"] } });
  expect(blocked.filter((line) => line.startsWith('{"tasks"'))).toEqual([expect.stringContaining(b)]);
});

test("with new ids an export is imported beside what is there, and what refers to each other still does", async () => {
  const home = await twoBoards();
  await using session = await home.open("write");
  const { a, b, c } = await fill(session);
  await expect(imported(session, await exported(session))).rejects.toThrow(/line 2: there is a task "t_/);
  using db = new Database(session.place.paths.database);
  db.run("UPDATE tasks SET idempotency_key = NULL");
  const { newIds } = await imported(session, await exported(session), true);
  const [a2 = "", b2 = "", c2 = ""] = [a, b, c].map((id) => newIds.get(id));
  expect(new Set([a, b, c, a2, b2, c2]).size).toBe(6);
  const { task, parents, children, runs, comments } = await session.store.requireDossier(b2);
  expect(task).toMatchObject({ status: "blocked", title: "zweite Ä 😀" });
  expect([parents.map(({ id }) => id), children.map(({ id }) => id)]).toEqual([[a2], [c2]]);
  expect([runs.length, comments.length]).toEqual([(await session.store.listRuns(b)).length, 1]);
  const [created] = await session.store.listEvents({ taskId: b2 });
  expect(created?.payload).toMatchObject({ parents: [a2] });
  const [run] = await session.store.listRuns(a2);
  const completed = (await session.store.listEvents({ taskId: a2 })).find(({ kind }) => kind === "completed");
  expect(completed?.runId).toBe(run?.id as number);
});

test("a task that is at work leaves without what its worker is known by, and waits where it arrives", async () => {
  const home = await twoBoards();
  await using session = await home.open("write");
  const { id } = (await session.store.createTask({ title: "x", assignee: "me" }, person)).task;
  const host = { host: "h", hostname: "hn", bootId: "b", dispatcher: null };
  const claim = await session.store.claimTask(id, { host: host as never, leaseMs: 60_000 }, person);
  const lines = await exported(session);
  expect(lines.join("\n")).toContain('"status":"running"');
  expect(lines.join("\n")).not.toContain(claim.token);
  await using copy = await home.open("write", "copy");
  expect((await imported(copy, lines)).taken).toBe(1);
  expect(await copy.store.requireTask(id)).toMatchObject({
    status: "ready",
    currentRunId: null,
    claimLock: null,
  });
  expect(await copy.store.listRuns(id)).toMatchObject([{ outcome: "reclaimed" }]);
  expect((await copy.store.inspect()).flaws).toEqual([]);
  expect((await session.store.requireTask(id)).status).toBe("running");
});

test("an export leaves out a row that no board could take in, and says which; the rest is whole, and can be imported", async () => {
  const home = await twoBoards();
  await using session = await home.open("write");
  const { a, b, c } = await fill(session);
  const sound = await exported(session);
  {
    using db = new Database(session.place.paths.database);
    const add = (id: unknown) =>
      db.run(
        "INSERT INTO tasks (id, title, status, created_at, workspace_kind) VALUES (?, 'odd', 'todo', 1, 'scratch')",
        [id as string],
      );
    for (const id of ["../../x", new Uint8Array([1]), null, ""]) add(id);
    db.run("INSERT INTO task_links (parent_id, child_id) VALUES (?, ?), (?, ?)", ["../../x", a, c, a]);
    db.run("INSERT INTO task_events (task_id, run_id, kind, created_at) VALUES (?, 'x', 'odd', 1)", [b]);
    db.run(
      "INSERT INTO task_runs (id, task_id, status, started_at) VALUES (9007199254740993, ?, 'done', 1)",
      [b],
    );
    db.run("DELETE FROM sqlite_sequence WHERE name = 'task_runs'");
  }
  const lines: string[] = [];
  const { oddRows } = await exportBoard(session, {}, (line) => lines.push(line));
  expect(oddRows.map(({ table, reason }) => [table, reason])).toEqual([
    ...Array(4).fill(["tasks", "its id is none that can be used"]),
    ["task_links", expect.stringMatching(/^it closes a circle: t_[0-9a-f]{8} would wait for itself$/)],
    ["task_runs", "its id is no number that can be used"],
    ["task_events", "its run_id is no number that can be used"],
  ]);
  await using copy = await home.open("write", "copy");
  expect(await imported(copy, lines)).toMatchObject({ tasks: 3 });
  expect((await exported(copy)).slice(1, -1)).toHaveLength(sound.length - 2);
  const tables = (all: readonly string[]) => all.map((line) => Object.keys(JSON.parse(line))[0]);
  expect(tables(lines)).toEqual(tables(sound));
});

test("a file that is half, hostile or of another kind is refused with its line, and nothing is written", async () => {
  const home = await twoBoards();
  await using session = await home.open("write");
  const { a } = await fill(session);
  await using copy = await home.open("write", "copy");
  const whole = await exported(session);
  const [head = "", ...rows] = whole;
  const row = (table: string, values: object) => JSON.stringify({ [table]: values });
  const task = { id: "t_00000001", title: "x", status: "ready", created_at: 1, workspace_kind: "scratch" };
  const second = { ...task, id: "t_00000002" };
  const link = (parent_id: string, child_id: string) => row("task_links", { parent_id, child_id });
  const both = [head, row("tasks", task), row("tasks", second)];
  const event = { id: 1, task_id: task.id, kind: "x", created_at: 1 };
  const cases: [readonly string[], RegExp][] = [
    [[], /line 0: it is empty/],
    [rows, /line 1: this is not the head/],
    [[head.replace('"version":1', '"version":2'), ...rows], /line 1: .*newer Kanbun/],
    [whole.slice(0, -1), new RegExp(`line ${whole.length - 1}: the file ends here`)],
    [[...whole, "{}"], new RegExp(`line ${whole.length + 1}: there is something behind the end`)],
    [[...whole.slice(0, 4), ...whole.slice(5)], new RegExp(`line ${whole.length - 1}: the end tells of`)],
    [[head, '{"tasks":{"id":"t_0'], /line 2: not valid JSON/],
    [[head, "[1]"], /line 2: not a JSON object/],
    [[head, row("sqlite_master", { a: 1 })], /line 2: there is no table "sqlite_master"/],
    [[head, row("kanbun_runs", { run_id: 1 })], /line 2: there is no table "kanbun_runs"/],
    [[head, row("tasks", { ...task, id: "../../x" })], /line 2: .*cannot be the id/],
    [[head, row("tasks", { ...task, id: "a\u0007" })], /line 2: .*cannot be the id/],
    [[head, row("tasks", { ...task, id: 5 })], /line 2: .*not the id of a task/],
    [[head, row("tasks", { ...task, title: undefined })], /line 2: "tasks" has no "title"/],
    [[head, row("tasks", { ...task, title: { evil: [1] } })], /line 2: "tasks": "title" has a value/],
    [[...both, row("tasks", task)], /line 4: .*in the file twice/],
    [[...both, link(task.id, a)], /line 4: .*which no line before is about/],
    [
      [...both, link(task.id, second.id), link(second.id, task.id), row("end", { tasks: 2, rows: 4 })],
      /circle/,
    ],
    [[...both, row("task_events", { ...event, id: 2 ** 53 - 1 })], /line 4: "id" must be a whole number/],
    [[...both, row("task_events", event), row("task_events", event)], /line 5: .*on the board already/],
    [[head, JSON.stringify({ task_attachments: { a: 1 }, content: "*" })], /line 2: "content" is not base64/],
  ];
  for (const [lines, words] of cases) await expect(imported(copy, lines)).rejects.toThrow(words);
  expect(await copy.store.getCounts()).toMatchObject({ tasks: 0, events: 0, runs: 0 });
  expect(
    readdirSync(home.place.home, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.includes("attachments"),
    ),
  ).toEqual([]);
});

/** As it stands within a line: the backslashes of Windows are doubled there. */
function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

test.skipIf(process.platform === "win32")(
  "an export takes the place of a file alone: a pipe and a link stay what they are",
  async () => {
    const kanbun = await CommandLine.init();
    const at = (name: string) => join(kanbun.home, name);
    // As /dev/null, it is no file, and a rename would make it one.
    Bun.spawnSync(["mkfifo", at("pipe")]);
    const reader = Bun.spawn(["cat", at("pipe")], { stdout: "pipe" });
    await kanbun.ok("export", "-o", at("pipe"));
    expect(lstatSync(at("pipe")).isFIFO()).toBe(true);
    expect(await reader.stdout.text()).toContain("kanbun_export");
    writeFileSync(at("real.jsonl"), "");
    symlinkSync("real.jsonl", at("link.jsonl"));
    await kanbun.ok("export", "-o", at("link.jsonl"));
    expect(lstatSync(at("link.jsonl")).isSymbolicLink()).toBe(true);
    expect(readFileSync(at("real.jsonl"), "utf8")).toContain("kanbun_export");
    mkdirSync(at("folder"));
    const { error } = await kanbun.json(["export", "-o", at("folder")]);
    expect([error?.kind, readdirSync(kanbun.home).filter((name) => name.includes(".tmp"))]).toEqual([
      "usage",
      [],
    ]);
  },
);
