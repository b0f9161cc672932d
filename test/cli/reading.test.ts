import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine, forAll, mainPath } from "./command-line.ts";

homesInMemory();

test("list filters, sorts, limits, and hides what is done or archived", async () => {
  const kanbun = await CommandLine.init();
  const a = await kanbun.create("banana", "--priority", "1", "--assignee", "bob", "--tenant", "acme");
  const b = await kanbun.create("Apple", "--parent", a);
  const c = await kanbun.create("cherry", "--priority", "9");
  await kanbun.ok("archive", c);
  await kanbun.ok("edit", a, "--body", "touched last");
  const lists: [string[], string[]][] = [
    [[], [a, b]],
    [["--all"], [c, a, b]],
    [
      ["--all", "--sort", "title"],
      [b, a, c],
    ],
    [
      ["--sort", "created"],
      [a, b],
    ],
    [
      ["--sort", "updated"],
      [a, b],
    ],
    [
      ["--status", "todo,archived"],
      [c, b],
    ],
    [["--assignee", "bob"], [a]],
    [["--tenant", "acme"], [a]],
    [["--parent", a.slice(2, 7)], [b]],
    [["--limit", "1"], [a]],
    [["--assignee", "nobody"], []],
  ];
  await forAll(lists, async ([args, ids]) => {
    const { data } = await kanbun.json(["list", ...args]);
    expect([args, data.tasks.map((task: { id: string }) => task.id)]).toEqual([args, ids]);
  });
  const { stdout } = await kanbun.run(["list"]);
  expect(stdout.split("\n").map((line) => line.split(/ +/).slice(0, 2))).toEqual([
    ["id", "status"],
    [a, "ready"],
    [b, "todo"],
    [""],
  ]);
  expect(stdout).toMatch(/Apple +waits for banana\n/);
  expect(await kanbun.run(["list", "--assignee", "nobody"])).toMatchObject({
    code: 0,
    stdout: "",
    stderr: "no tasks\n",
  });
  expect((await kanbun.json(["list", "--status", "open"])).error?.hint).toContain("triage, todo, scheduled");
});

test("show has everything about a task, in the code's names, and metadata as it was given", async () => {
  const kanbun = await CommandLine.init();
  const parent = await kanbun.create("parent");
  const id = await kanbun.create("child", "--parent", parent, "--body", "line one\nline two");
  await kanbun.ok("comment", id, "a remark");
  await kanbun.ok("complete", parent, "--summary", "did it", "--metadata", '{"fileCount":{"inA":1}}');
  const { data } = await kanbun.json(["show", id]);
  const parts = ["task", "parents", "children", "comments", "attachments", "runs", "hold"];
  expect(Object.keys(data)).toEqual(expect.arrayContaining(parts));
  expect(data.parents[0]).toMatchObject({
    id: parent,
    summary: "did it",
    metadata: { fileCount: { inA: 1 } },
  });
  expect(data.comments[0]).toMatchObject({ body: "a remark", created_at_ms: expect.any(Number) });
  expect(data.hold).toMatchObject({ reason: "unassigned", until_at_ms: null });
  const text = await kanbun.ok("show", id);
  for (const part of ["child", "it has no assignee", "  line two", parent, "a remark"])
    expect(text).toContain(part);
  // The reason's code is for programs.
  expect(text).not.toContain("unassigned");
  expect(await kanbun.ok("explain", id)).not.toContain("unassigned");
  expect(await kanbun.ok("context", id)).toContain('> {"fileCount":{"inA":1}}');
});

test("show has the last lines of a failed run's log as lines, and its other facts in one line each", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("child", "--run", "printf 'one\\ntwo\\n'; exit 3", "--max-retries", "1");
  await kanbun.run(["dispatch", "--until-idle"]);
  expect(await kanbun.ok("show", id)).toMatch(/^last error +exit code 3\n {2,}one\n {2,}two\n[a-z]/m);
});

test("an id may be shortened to three digits, with or without t_, if it is the only one", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x");
  for (const text of [id, id.slice(2), id.slice(0, 5), id.slice(2, 9).toUpperCase()])
    expect((await kanbun.json(["show", text])).data.task.id).toBe(id);
  expect((await kanbun.json(["show", "t_12"])).error).toMatchObject({ kind: "usage" });
  expect((await kanbun.json(["show", "t_00000000"])).error).toMatchObject({ kind: "not_found" });
  expect((await kanbun.json(["show", "nothing"])).error).toMatchObject({ kind: "not_found" });
});

test("an ambiguous prefix is refused with the ids that it may be", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.create("x");
  using db = new Database(join(kanbun.home, "kanban.db"));
  for (const id of ["t_abc00001", "t_abc00002"])
    db.run("INSERT INTO tasks (id, title, status, created_at) VALUES (?, 'x', 'ready', 0)", [id]);
  const { code, error } = await kanbun.json(["show", "abc"]);
  expect([code, error?.kind]).toEqual([2, "usage"]);
  expect(error?.message).toBe("abc matches t_abc00001, t_abc00002");
  expect((await kanbun.json(["show", "abc00001"])).data.task.id).toBe("t_abc00001");
});

test("what the board knows is told by runs, events, stats, assignees, status and explain", async () => {
  const kanbun = await CommandLine.init('[profiles.claude]\ncommand = ["no-such-program", "{prompt}"]\n');
  const id = await kanbun.create("x", "--assignee", "claude");
  await kanbun.ok("claim", id);
  await kanbun.ok("complete", id, "--summary", "fine");
  await kanbun.create("y", "--assignee", "nobody");
  expect((await kanbun.json(["runs", id])).data.runs).toMatchObject([
    { outcome: "completed", summary: "fine" },
  ]);
  const { events } = (await kanbun.json(["events", id])).data;
  expect(events.map((event: { kind: string }) => event.kind)).toEqual(["created", "claimed", "completed"]);
  expect(events[1].payload.run_id).toBe(1);
  expect((await kanbun.json(["events", "--board-wide", "--limit", "2"])).data.events).toHaveLength(2);
  expect((await kanbun.json(["events"])).data.events).toHaveLength(4);
  expect((await kanbun.json(["events", id, "--board-wide"])).code).toBe(2);
  expect((await kanbun.json(["stats"])).data).toMatchObject({
    by_status: { done: 1, ready: 1 },
    by_outcome: { completed: 1 },
    tasks: 2,
    runs: 1,
    events: 4,
  });
  expect((await kanbun.json(["assignees"])).data.assignees).toEqual([
    { name: "claude", by_status: { done: 1 }, is_profile: true },
    { name: "nobody", by_status: { ready: 1 }, is_profile: false },
  ]);
  const status = (await kanbun.json(["status"])).data;
  expect(status).toMatchObject({ home: kanbun.home, board: "default", last_tick: null });
  expect(status.held).toMatchObject([{ reason: "unknown_profile", count: 1 }]);
  const profiles = (await kanbun.json(["profiles", "list"])).data.profiles;
  expect(profiles).toMatchObject([
    { name: "shell", program: expect.stringMatching(/^\/.*sh$/), problem: null },
    { name: "claude", program: null, problem: expect.stringContaining("no such command") },
  ]);
  expect((await kanbun.json(["profiles", "resume", "claude"])).data.resumed).toBe(false);
  expect((await kanbun.json(["profiles", "resume", "cluade"])).error).toMatchObject({
    kind: "not_found",
    hint: "did you mean `claude`?",
  });
  await forAll(["runs", "show", "explain", "context", "events", "log"], async (command) => {
    expect([command, (await kanbun.json([command, "t_00000000"])).code]).toEqual([command, 3]);
  });
});

test("reading changes no byte of the database, nor of one that Kanbun never wrote to (I7, W29)", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.create("x", "--run", "true", "--at", "+1ms");
  await kanbun.create("y", "--parent", id, "--blocked");
  await kanbun.ok("boards", "create", "foreign");
  const foreign = join(kanbun.home, "kanban/boards/foreign");
  {
    // As another program made it: none of our tables, another journal.
    using db = new Database(join(foreign, "kanban.db"));
    for (const table of ["meta", "tasks", "runs", "pauses"]) db.run(`DROP TABLE kanbun_${table}`);
    db.run("INSERT INTO tasks (id, title, status, created_at) VALUES (?, 'x', 'ready', 0)", [id]);
    db.run("PRAGMA journal_mode = DELETE");
  }
  const fingerprints = () => [fingerprint(kanbun.home), fingerprint(foreign)];
  const before = fingerprints();
  const reads = [
    ["list"],
    ["show", id],
    ["runs", id],
    ["events", "--board-wide"],
    ["explain", id],
    ["status"],
    ["context", id],
    ["stats"],
    ["assignees"],
    ["log", id],
    ["tail"],
    ["profiles", "list"],
    ["boards", "list"],
    ["boards", "show"],
  ];
  for (const read of reads) {
    const codes = [(await kanbun.run(read)).code, (await kanbun.run([...read, "--board", "foreign"])).code];
    expect([read, codes]).toEqual([read, [0, 0]]);
    expect([read, fingerprints()]).toEqual([read, before]);
  }
});

/** The database and its write-ahead log; an empty log is what a reader may leave. */
function fingerprint(home: string): string {
  const hash = createHash("sha256");
  for (const name of ["kanban.db", "kanban.db-wal"]) {
    const path = join(home, name);
    if (existsSync(path)) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

test("an empty list says what it leaves out, and a list on a terminal is no longer than fifty lines", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("done soon");
  await kanbun.ok("complete", id, "--force");
  expect(await kanbun.run(["list"])).toMatchObject({
    stdout: "",
    stderr: "no open tasks; 1 done: `kanbun list --all`\n",
  });
  expect(await kanbun.ok("list", "--all")).toContain(id);
  await using store = await kanbun.open("write");
  await store.createTasks(
    { tasks: Array.from({ length: 60 }, (_, at) => ({ title: `n${at}` })) },
    { actor: "tester" },
  );
  expect((await kanbun.ok("list")).split("\n")).toHaveLength(62);
  const shown = await onTerminal(kanbun, ["list"]);
  expect(shown).toContain("the first 50 are shown: more with --limit");
  expect(shown.match(/t_[0-9a-f]{8}/g)).toHaveLength(50);
});

test("who makes a task on a terminal that nothing will start is told so; a program, and who gives it a command, is not", async () => {
  const kanbun = await CommandLine.init();
  const remark = "no dispatcher starts it, as it has no assignee";
  expect(await onTerminal(kanbun, ["add", "sleep 1"])).toContain(remark);
  expect(await onTerminal(kanbun, ["add", "Build", "--run", "make"])).not.toContain(remark);
  expect((await kanbun.run(["create", "sleep 1"])).stderr).toBe("");
});

/** What a command writes on a terminal of 80 columns. */
async function onTerminal(kanbun: CommandLine, args: readonly string[]): Promise<string> {
  let output = "";
  const child = Bun.spawn([process.execPath, mainPath, ...args], {
    env: { PATH: process.env.PATH ?? "", HOME: kanbun.home, KANBUN_HOME: kanbun.home, TERM: "xterm" },
    terminal: {
      cols: 80,
      rows: 24,
      data: (_terminal, data) => {
        output += Buffer.from(data).toString();
      },
    },
  });
  await child.exited;
  return output;
}

test("list says of a task that is ready what keeps it from starting: its assignee, its profile, or a pause", async () => {
  const kanbun = await CommandLine.init();
  const lines: readonly [string, string][] = [
    [await kanbun.create("nobody's"), "no assignee"],
    [await kanbun.create("a ghost's", "--assignee", "ghost"), 'there is no profile "ghost"'],
    [await kanbun.create("free", "--run", "true"), "free"],
  ];
  const list = await kanbun.ok("list");
  for (const [id, reason] of lines) expect(list).toMatch(new RegExp(`^${id} .*${reason}.*$`, "m"));
  expect(list).not.toContain("paused");
  await kanbun.ok("pause");
  expect(await kanbun.ok("list")).toMatch(/^t_\w{8} .* free +the board is paused/m);
});
