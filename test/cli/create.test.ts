import { expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine, forAll } from "./command-line.ts";

homesInMemory();

test("create keeps every field that it is given", async () => {
  const kanbun = await CommandLine.init();
  const parent = await kanbun.create("parent");
  const repository = join(kanbun.home, "..", "repo");
  mkdirSync(join(repository, ".git"), { recursive: true });
  const { data } = await kanbun.json([
    "create",
    "all of it",
    ...["--body", "text", "--assignee", "bob", "--priority", "-7", "--parent", parent, "--tenant", "acme"],
    ...["--idempotency-key", "k", "--workspace", `worktree:${repository}`, "--branch", "b", "--project", "p"],
    ...["--skill", "one", "--skill", "two", "--model", "m", "--provider", "pr", "--max-runtime", "1h30m"],
    ...[
      "--max-retries",
      "3",
      "--goal",
      "--goal-max-turns",
      "9",
      "--session",
      "s",
      "--at",
      "2026-10-17T09:30:00Z",
    ],
  ]);
  expect(data).toMatchObject({
    is_existing: false,
    task: {
      title: "all of it",
      body: "text",
      assignee: "bob",
      priority: -7,
      status: "scheduled",
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
      due_at_ms: Date.UTC(2026, 9, 17, 9, 30),
    },
  });
  const shown = await kanbun.json(["show", data.task.id]);
  expect(shown.data.parents.map((one: { id: string }) => one.id)).toEqual([parent]);
});

test("create and edit refuse a worktree that no repository is there for, and say what to type", async () => {
  const kanbun = await CommandLine.init();
  const none = await kanbun.json(["create", "x", "--workspace", "worktree"]);
  expect(none.error).toMatchObject({
    kind: "usage",
    message: "no repository to make a worktree from",
    hint: expect.stringContaining("kanbun boards set-default-workdir default ."),
  });
  const folder = resolve(kanbun.home, "..");
  expect((await kanbun.json(["create", "x", "--workspace", "worktree:."])).error?.message).toBe(
    `${folder} is no git repository, and is in none`,
  );
  const id = await kanbun.make("x");
  expect((await kanbun.json(["edit", id, "--workspace", "worktree"])).error?.kind).toBe("usage");
  mkdirSync(join(folder, ".git"));
  await kanbun.ok("boards", "set-default-workdir", "default", folder);
  await kanbun.ok("create", "x", "--workspace", "worktree");
  await kanbun.ok("edit", id, "--workspace", `worktree:${join(folder, "yet-to-be-made")}`);
});

test("create prints the id alone into a pipe, and says on stderr when the task was there", async () => {
  const kanbun = await CommandLine.init();
  const first = await kanbun.run(["create", "x", "--idempotency-key", "k"]);
  const second = await kanbun.run(["create", "y", "--idempotency-key", "k"]);
  expect(first.stdout).toMatch(/^t_[0-9a-f]{8}\n$/);
  expect(first.stderr).toBe("");
  expect(second.stdout).toBe(first.stdout);
  expect(second.stderr).toContain("existing");
  expect((await kanbun.json(["create", "z", "--idempotency-key", "k"])).data.is_existing).toBe(true);
});

test("--run is short for a body and the shell profile", async () => {
  const kanbun = await CommandLine.init();
  expect(await kanbun.task(await kanbun.create("x", "--run", "make test"))).toMatchObject({
    body: "make test",
    assignee: "shell",
  });
});

test("a task starts ready, in triage, blocked or waiting", async () => {
  const kanbun = await CommandLine.init();
  const parent = await kanbun.create("parent");
  const statuses = [
    ["ready", []],
    ["triage", ["--triage"]],
    ["blocked", ["--blocked", "--reason", "who pays?", "--kind", "needs_input"]],
    ["todo", ["--parent", parent.slice(0, 6)]],
    ["scheduled", ["--at", "+30m"]],
  ] as const;
  await forAll(statuses, async ([status, options]) => {
    expect((await kanbun.json(["create", status, ...options])).data.task.status).toBe(status);
  });
  const held = await kanbun.ok("list", "--status", "blocked");
  expect(await kanbun.ok("explain", held.match(/t_[0-9a-f]{8}/)?.[0] ?? "")).toContain(
    "needs input: who pays?",
  );
});

test("an assignee that no profile has is kept, and remarked on", async () => {
  const kanbun = await CommandLine.init();
  const { code, stdout, stderr } = await kanbun.run(["create", "x", "--assignee", "nobody"]);
  expect(code).toBe(0);
  expect(stderr).toContain('there is no profile "nobody"');
  expect(await kanbun.ok("explain", stdout.trim())).toContain("there is no profile");
});

test("what cannot be meant is refused before anything is written", async () => {
  const kanbun = await CommandLine.init();
  const refused = [
    ["", ["x", "--run", "a", "--body", "b"]],
    ["", ["x", "--run", "a", "--assignee", "claude"]],
    ["", ["x", "--run", " "]],
    ["", ["x", "--body", "a", "--body-file", "b"]],
    ["", ["x", "--reason", "a"]],
    ["", ["x", "--goal-max-turns", "3"]],
    ["", ["x", "--triage", "--blocked"]],
    ["", ["x", "--triage", "--at", "+1h"]],
    ["whole number", ["x", "--priority", "high"]],
    ["at least 1", ["x", "--max-retries", "0"]],
    ["90s or 90m", ["x", "--max-runtime", "90"]],
    ["a moment such as", ["x", "--at", "tomorrow"]],
    ['there is no workspace "tmp"', ["x", "--workspace", "tmp"]],
    ["there is no folder", ["x", "--workspace", "dir:nowhere"]],
    ["cannot be used together", ["x", "--here", "--scratch"]],
    ["needs a path", ["x", "--workspace", "dir"]],
    ["needs_input", ["x", "--blocked", "--kind", "dependency"]],
    ["title is empty", [" "]],
    ['missing required argument "title"', []],
    ["too short", ["x", "--parent", "t_1"]],
    ["cannot read nowhere.md: there is no such file", ["x", "--body-file", "nowhere.md"]],
  ] as const;
  await forAll(refused, async ([said, args]) => {
    const { code, error } = await kanbun.json(["create", ...args]);
    expect([args, code, error?.kind]).toEqual([args, 2, "usage"]);
    expect(error?.message).toContain(said);
  });
  expect((await kanbun.json(["create", "x", "--parent", "t_00000000"])).code).toBe(3);
  expect((await kanbun.json(["stats"])).data.events).toBe(0);
});

test("a body that is no UTF-8, has a NUL or is longer than 8 MiB is refused", async () => {
  const kanbun = await CommandLine.init();
  const folder = join(kanbun.home, "..");
  await Bun.write(join(folder, "latin1"), new Uint8Array([0x66, 0xfc, 0x72]));
  await Bun.write(join(folder, "nul"), "a\0b");
  await Bun.write(join(folder, "long"), Buffer.alloc(8 * 1024 * 1024 + 1, "x"));
  const said = { latin1: "not UTF-8 text", nul: "NUL", long: "longer than 8 MiB" };
  await forAll(Object.entries(said), async ([file, words]) => {
    const { code, error } = await kanbun.json(["create", "x", "--body-file", join(folder, file)]);
    expect([file, code]).toEqual([file, 2]);
    expect(error?.message).toContain(words);
  });
  expect((await kanbun.json(["list"])).data.tasks).toEqual([]);
});
