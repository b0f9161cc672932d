import { expect, test } from "bun:test";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine, forAll, mainPath } from "./command-line.ts";

homesInMemory();

const lines = (...tasks: readonly object[]) => tasks.map((task) => `${JSON.stringify(task)}\n`).join("");

/** A board, and a way to give `create --from` a file of this content. */
async function begin() {
  const kanbun = await CommandLine.init();
  const path = join(kanbun.home, "..", "tasks.jsonl");
  const from = async (content: string | Uint8Array) => {
    await Bun.write(path, content);
    return kanbun.json(["create", "--from", path]);
  };
  const count = async () => (await kanbun.json(["stats"])).data;
  return { kanbun, path, from, count };
}

test("a field of a line is called as the option of create, and has the same value", async () => {
  const { kanbun, from } = await begin();
  const repository = join(kanbun.home, "..", "repo");
  mkdirSync(join(repository, ".git"), { recursive: true });
  const first = await kanbun.create("first");
  const told: Readonly<Record<string, readonly string[]>> = {
    title: ["all of it"],
    body: ["text"],
    assignee: ["bob"],
    priority: ["-7"],
    tenant: ["acme"],
    "idempotency-key": ["k"],
    workspace: [`worktree:${repository}`],
    branch: ["b"],
    project: ["p"],
    host: ["north"],
    label: ["eu", "gpu"],
    skill: ["one", "two"],
    parent: [first],
    model: ["m"],
    provider: ["pr"],
    "max-runtime": ["1h30m"],
    "max-retries": ["3"],
    goal: [],
    "goal-max-turns": ["9"],
    session: ["s"],
    at: ["2099-10-17T09:30:00Z"],
  };
  const { title, "idempotency-key": _, ...options } = told;
  const flags = Object.entries(options).flatMap(([name, values]) =>
    values.length === 0 ? [`--${name}`] : values.flatMap((value) => [`--${name}`, value]),
  );
  const typed = await kanbun.json(["create", title?.[0] ?? "", ...flags]);
  const line = Object.entries(told).map(([name, [one, ...more]]) => {
    const isNumber = ["priority", "max-retries", "goal-max-turns"].includes(name);
    return [name, one === undefined ? true : more.length > 0 ? [one, ...more] : isNumber ? Number(one) : one];
  });
  const { data } = await from(lines(Object.fromEntries(line)));
  const made = await kanbun.task(data.task_ids[0]);
  const same = { id: "", createdAtMs: 0 };
  expect({ ...made, ...same }).toEqual({
    ...(await kanbun.task(typed.data.task.id)),
    ...same,
    idempotencyKey: "k",
  });
  const blocked = await from(lines({ title: "x", blocked: true, reason: "why", kind: "needs_input" }));
  expect(await kanbun.task(blocked.data.task_ids[0])).toMatchObject({
    status: "blocked",
    blockKind: "needs_input",
  });
});

test("the names that --json has for the fields of a line are read too", async () => {
  const { kanbun, from } = await begin();
  const repository = join(kanbun.home, "..", "repo");
  mkdirSync(join(repository, ".git"), { recursive: true });
  const fields = {
    title: "all of it",
    body: "text",
    assignee: "bob",
    priority: -7,
    tenant: "acme",
    idempotency_key: "k",
    workspace_kind: "worktree",
    workspace_path: repository,
    branch_name: "b",
    project_id: "p",
    skills: ["one", "two"],
    model_override: "m",
    provider_override: "pr",
    max_runtime_ms: 5_400_000,
    max_retries: 3,
    goal_mode: true,
    goal_max_turns: 9,
    session_id: "s",
    due_at_ms: 1_800_000_000_123,
  };
  const { data } = await from(lines(fields, { title: "run", run: "make test", body: null }));
  expect(data).toMatchObject({ created: 2, existing: 0 });
  const show = async (id: string) => (await kanbun.json(["show", id])).data.task;
  expect(await show(data.task_ids[0])).toMatchObject({ ...fields, status: "scheduled" });
  expect(await show(data.task_ids[1])).toMatchObject({ title: "run", body: "make test", assignee: "shell" });
});

test("a line names its parents by their ids and by the keys of earlier lines", async () => {
  const { kanbun, from } = await begin();
  const known = await kanbun.create("known");
  const { data } = await from(
    lines(
      { key: "a", title: "first" },
      { key: "b", title: "second", parents: ["a"] },
      { title: "third", parents: [known, "b"] },
    ),
  );
  const parents = async (id: string) =>
    (await kanbun.json(["show", id])).data.parents.map((one: { id: string }) => one.id).sort();
  expect(await parents(data.task_ids[1])).toEqual([data.task_ids[0]]);
  expect(await parents(data.task_ids[2])).toEqual([known, data.task_ids[1]].sort());
});

/** Runs `create --from <file>` within a shell script; what it printed. */
async function inShell(kanbun: CommandLine, script: string, env: Record<string, string> = {}) {
  const program = `kanbun() { "${process.execPath}" "${mainPath}" "$@"; }; ${script}`;
  return Bun.spawn(["sh", "-c", program], {
    cwd: join(kanbun.home, ".."),
    env: { PATH: process.env.PATH ?? "", KANBUN_HOME: kanbun.home, ...env },
    stdin: "ignore",
    stderr: "inherit",
  }).stdout.text();
}

test("the ids come in the order of the lines, one per line, through files and pipes alike", async () => {
  const { kanbun, path } = await begin();
  await Bun.write(path, `\uFEFF${lines({ title: "one ❄" })}\r\n   \n${lines({ title: "two" }).trim()}`);
  const outputs = [
    await inShell(kanbun, "kanbun create --from tasks.jsonl"),
    await inShell(kanbun, "kanbun create --from - < tasks.jsonl"),
    await inShell(kanbun, "cat tasks.jsonl | kanbun create --from -"),
    await inShell(kanbun, "mkfifo pipe; cat tasks.jsonl > pipe & kanbun create --from pipe"),
  ];
  await using store = await kanbun.open();
  for (const output of outputs) {
    const ids = output.trimEnd().split("\n");
    expect(await Promise.all(ids.map(async (id) => (await store.requireTask(id)).title))).toEqual([
      "one ❄",
      "two",
    ]);
  }
});

test("a pipe leaves nothing in the temporary folder", async () => {
  const { kanbun, path } = await begin();
  await Bun.write(path, lines({ title: "x" }));
  const folder = join(kanbun.home, "..", "tmp");
  mkdirSync(folder);
  const ids = await inShell(kanbun, "cat tasks.jsonl | kanbun create --from -", { TMPDIR: folder });
  expect([ids.length, readdirSync(folder)]).toEqual([11, []]);
});

test("a file that is read again makes no second task where lines have idempotency keys", async () => {
  const { from, count } = await begin();
  const content = lines(
    { key: "a", title: "one", idempotency_key: "1" },
    { title: "two", idempotency_key: "2", parents: ["a"] },
  );
  const first = await from(content);
  const again = await from(content + lines({ title: "three", idempotency_key: "3", parents: ["a"] }));
  expect(first.data).toMatchObject({ created: 2, existing: 0 });
  expect(again.data).toMatchObject({ created: 1, existing: 2 });
  expect(again.data.task_ids.slice(0, 2)).toEqual(first.data.task_ids);
  expect((await count()).tasks).toBe(3);
});

test("a field whose value cannot be used is named with what it may be", async () => {
  const { from } = await begin();
  const bad: [said: string, line: string][] = [
    ['"reason" and "kind" need "blocked"', '{"title": "x", "reason": "why"}'],
    ['"max-runtime" must be a duration', '{"title": "x", "max-runtime": 30}'],
    ['"at" must be a moment', '{"title": "x", "at": "soon"}'],
    ['"skills" says again', '{"title": "x", "skill": "a", "skills": ["b"]}'],
    ["is no git repository", '{"title": "x", "workspace": "worktree:/nosuch/repository"}'],
    ["no repository to make a worktree from", '{"title": "x", "workspace": "worktree"}'],
  ];
  const { error } = await from(bad.map(([, line]) => `${line}\n`).join(""));
  const told = error?.message.split("\n").slice(1) ?? [];
  expect(told).toHaveLength(bad.length);
  for (const [index, [said]] of bad.entries()) expect(told[index]).toContain(said);
});

test("every line that cannot be used is named, and nothing is created", async () => {
  const { kanbun, from, count } = await begin();
  const cancelled = await kanbun.create("x");
  await kanbun.ok("cancel", cancelled);
  const bad: [said: string, line: string][] = [
    ["not valid JSON", "{title: 1}"],
    ["a task is a JSON object", "[]"],
    ["a task is a JSON object", "null"],
    ['there is no "title"', "{}"],
    ["the title is empty", '{"title": " "}'],
    ['"title" must be a text', '{"title": 1}'],
    ['there is no field "titel" (did you mean `title`?)', '{"titel": "x"}'],
    ['there is no field "__proto__"', '{"title": "x", "__proto__": {}}'],
    ['"priority" must be a whole number', '{"title": "x", "priority": 1.5}'],
    ["max_retries must be", '{"title": "x", "max_retries": 0}'],
    ['"skills" must be a list of texts', '{"title": "x", "skills": "a"}'],
    ['"workspace_kind" must be one of', '{"title": "x", "workspace_kind": "tmp"}'],
    ["needs a path", '{"title": "x", "workspace_kind": "dir"}'],
    ['"blocked" must be true or false', '{"title": "x", "blocked": "yes"}'],
    ['"triage" must be true or false', '{"title": "x", "triage": "yes"}'],
    ["not both", '{"title": "x", "triage": true, "blocked": {}}'],
    ['"run" cannot be used with "body"', '{"title": "x", "run": "a", "body": "b"}'],
    ["goal", '{"title": "x", "goal_max_turns": 2}'],
  ];
  const { code, error } = await from(
    `{"title": "good"}\n${bad.map(([, line]) => line).join("\n")}\n{"title": "good"}\n`,
  );
  expect([code, error?.kind]).toEqual([2, "usage"]);
  const [head = "", ...told] = error?.message.split("\n") ?? [];
  expect(head).toContain(`tasks.jsonl: ${bad.length} lines cannot be used; nothing was created`);
  expect(told).toHaveLength(bad.length);
  for (const [index, [said]] of bad.entries())
    expect(told[index]).toMatch(new RegExp(`^  line ${index + 2}: .*${RegExp.escape(said)}`));
  expect(await count()).toMatchObject({ tasks: 1 });

  const parents = await from(
    lines(
      { key: "a", title: "" },
      { title: "child of a bad line", parents: ["a"] },
      { title: "later", parents: ["z"] },
      { key: "y", titel: "not even a task" },
      { title: "child of that", parents: ["y"] },
      { key: "z", title: "itself", parents: ["z"] },
      { key: "z", title: "again" },
      { key: "t_0123abcd", title: "like an id" },
      { title: "nowhere", parents: ["t_ffffffff"] },
      { title: "cancelled", parents: [cancelled] },
    ),
  );
  const words = /key|empty|there is no field|there is no task|was cancelled/;
  expect(
    parents.error?.message
      .split("\n")
      .slice(1)
      .map((line) => `${line.split(":")[0]?.trim()} ${words.exec(line)}`),
  ).toEqual([
    "line 1 empty",
    "line 3 key",
    "line 4 there is no field",
    "line 6 key",
    "line 7 key",
    "line 8 key",
    "line 9 there is no task",
    "line 10 was cancelled",
  ]);
  expect(await count()).toMatchObject({ tasks: 1 });
});

test("of a file that is no file of tasks the first twenty lines are told", async () => {
  const { from, count } = await begin();
  const { error } = await from(Buffer.from("gr\u00fcn\n".repeat(5_000), "latin1"));
  expect(error?.message).toContain("the first 20 lines cannot be used");
  expect(error?.message.split("\n")).toHaveLength(21);
  expect(error?.message).toContain("line 20: not UTF-8");
  expect(await count()).toMatchObject({ tasks: 0, events: 0 });
});

test("a line that is no UTF-8 is the only one that is told of", async () => {
  const { from } = await begin();
  const good = lines({ title: "grün" });
  const { error } = await from(
    Buffer.concat([Buffer.from(good), Buffer.from('{"title": "gr\u00fcn"}\n', "latin1"), Buffer.from(good)]),
  );
  expect(error?.message).toContain("1 line cannot be used");
  expect(error?.message).toContain("line 2: not UTF-8");
});

test("lines that lie across the pieces in which a file is read are whole", async () => {
  const { kanbun, from } = await begin();
  const bodies = Array.from({ length: 9 }, (_, n) => "❄".repeat(100_000 + 77_777 * n));
  const { data } = await from(lines(...bodies.map((body, n) => ({ title: `${n}`, body }))));
  await using store = await kanbun.open();
  for (const [n, id] of data.task_ids.entries())
    expect((await store.requireTask(id)).body === bodies[n]).toBe(true);
});

test("a line of more than 64 MiB is refused without being kept", async () => {
  const { from, count } = await begin();
  const { code, error } = await from(Buffer.alloc(70 * 1024 * 1024, "x"));
  expect([code, error?.message]).toEqual([2, "line 1 is longer than 64 MiB"]);
  expect(await count()).toMatchObject({ tasks: 0 });
});

test("create --from stands alone, and needs something that can be read", async () => {
  const { kanbun, path, from } = await begin();
  await Bun.write(path, "");
  const refused = [
    ["--from cannot be used with a title", ["a title", "--from", path]],
    ["--from cannot be used with a title", ["--from", path, "--assignee", "shell"]],
    ["nowhere: there is no such file", ["--from", join(path, "nowhere")]],
    [`cannot read ${kanbun.home}: it is a folder`, ["--from", kanbun.home]],
  ] as const;
  await forAll(refused, async ([said, args]) => {
    const { code, error } = await kanbun.json(["create", ...args]);
    expect([args, code]).toEqual([args, 2]);
    expect(error?.message).toContain(said);
  });
  expect((await from("\n")).data).toEqual({ created: 0, existing: 0, task_ids: [] });
  const { stderr } = await kanbun.run(["create", "--from", path]);
  expect(stderr).toContain("no tasks in");
});
