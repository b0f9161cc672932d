import { expect, test } from "bun:test";
import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { homesInMemory } from "../support/place-of-homes.ts";
import { CommandLine } from "./command-line.ts";

homesInMemory();

test("set-model chooses the model of the next run, and none takes it back", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("task");
  expect((await kanbun.json(["set-model", id, "opus", "--provider", "acme"])).data.task).toMatchObject({
    model_override: "opus",
    provider_override: "acme",
  });
  expect((await kanbun.json(["set-model", id, "none", "--provider", "acme"])).code).toBe(2);
  expect((await kanbun.json(["set-model", id, "none"])).data.task).toMatchObject({
    model_override: null,
    provider_override: null,
  });
  await using store = await kanbun.open();
  expect((await store.listEvents({ taskId: id })).at(-1)).toMatchObject({
    kind: "model_override_set",
    payload: { model: null, provider: null },
  });
});

test("promote --dry-run says what would happen and changes nothing; --reason is kept", async () => {
  const kanbun = await CommandLine.init();
  const parent = await kanbun.make("parent");
  const id = await kanbun.create("task", "--parent", parent);
  expect((await kanbun.json(["promote", id, "--dry-run"])).error?.kind).toBe("conflict");
  const planned = await kanbun.json(["promote", id, "--dry-run", "--force"]);
  expect(planned.data).toMatchObject({ task: { status: "todo" }, would_be: "ready" });
  expect((await kanbun.task(id)).status).toBe("todo");
  await kanbun.ok("promote", id, "--force", "--reason", "urgent");
  await using store = await kanbun.open();
  expect((await store.listEvents({ taskId: id })).at(-1)?.payload).toMatchObject({
    status: "ready",
    reason: "urgent",
  });
});

test("the result of a task that is done can be set right", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("task");
  await kanbun.ok("complete", id, "--result", "41");
  expect((await kanbun.json(["edit", id, "--result", "42"])).data.task).toMatchObject({
    status: "done",
    result: "42",
  });
  expect((await kanbun.json(["edit", id, "--no-result"])).data.task.result).toBeNull();
});

test("list shows what is mine, of a session, of a workflow and its step, in the order asked for", async () => {
  const kanbun = await CommandLine.init();
  const titles = async (...args: string[]) =>
    (await kanbun.json(["list", ...args])).data.tasks.map(({ title }: { title: string }) => title);
  const ids = await Promise.all(["a", "b", "c", "d"].map((title) => kanbun.make(title)));
  const { Database } = await import("bun:sqlite");
  using db = new Database(join(kanbun.home, "kanban.db"));
  const set = (id: string | undefined, column: string, value: string) =>
    db.run(`UPDATE tasks SET ${column} = ? WHERE id = ?`, [value, id ?? ""]);
  set(ids[0], "session_id", "s1");
  set(ids[1], "workflow_template_id", "w1");
  set(ids[1], "current_step_key", "review");
  set(ids[2], "assignee", "alice");
  await kanbun.ok("claim", ids[3] ?? "", "--as", "alice");
  expect(await titles("--session", "s1")).toEqual(["a"]);
  expect(await titles("--workflow", "w1", "--step", "review")).toEqual(["b"]);
  expect(await titles("--workflow", "w1", "--step", "other")).toEqual([]);
  expect(await titles("--mine", "--as", "alice", "--sort", "title")).toEqual(["c", "d"]);
  expect(await titles("--sort", "assignee", "--limit", "1")).toEqual(["c"]);
});

test("a task that is created for no one goes to the default assignee", async () => {
  const kanbun = await CommandLine.init(
    '[create]\ndefault_assignee = "writer"\n[profiles.writer]\ncommand = ["true"]\n',
  );
  const assigneeOf = async (id: string) => (await kanbun.task(id)).assignee;
  expect(await assigneeOf(await kanbun.create("a"))).toBe("writer");
  expect(await assigneeOf(await kanbun.create("b", "--assignee", "none"))).toBeNull();
  expect(await assigneeOf(await kanbun.create("c", "--run", "true"))).toBe("shell");
  const lines = '{"title": "d"}\n{"title": "e", "assignee": "none"}\n{"title": "f", "assignee": "shell"}\n';
  const { stdout } = await kanbun.run(["create", "--from", "-"], { stdin: lines });
  expect(await Promise.all(stdout.trim().split("\n").map(assigneeOf))).toEqual(["writer", null, "shell"]);
});

test("a board is made and switched to, told its repository, and deleted for good, but nothing outside of it", async () => {
  const kanbun = await CommandLine.init();
  await kanbun.ok("boards", "create", "shop", "--switch");
  expect((await kanbun.json(["boards", "set-default-workdir", "shop", kanbun.home])).data).toMatchObject({
    default_workdir: kanbun.home,
  });
  expect((await kanbun.json(["boards", "set-default-workdir", "shop", "/nosuch"])).code).toBe(2);
  expect(
    (await kanbun.json(["boards", "set-default-workdir", "shop", "none"])).data.default_workdir,
  ).toBeNull();
  const id = await kanbun.create("x");
  const mine = join(kanbun.home, "mine");
  mkdirSync(mine);
  writeFileSync(join(mine, "kept"), "");
  const folder = join(kanbun.home, "kanban/boards/shop");
  symlinkSync(mine, join(folder, "link"));
  await kanbun.ok("claim", id);
  expect((await kanbun.json(["boards", "rm", "shop", "--delete", "--yes"])).error?.kind).toBe("conflict");
  expect(existsSync(join(folder, "kanban.db"))).toBe(true);
  const asked = await kanbun.json(["boards", "rm", "shop", "--delete"]);
  expect(asked.error).toMatchObject({ kind: "usage", hint: "repeat the command with --yes" });
  expect(existsSync(folder)).toBe(true);
  const { data } = await kanbun.json(["boards", "rm", "shop", "--delete", "--force", "--yes"]);
  expect(data).toEqual({ slug: "shop", deleted: true, left: null });
  expect(existsSync(folder)).toBe(false);
  expect([...new Bun.Glob("**").scanSync({ cwd: join(kanbun.home, "kanban/boards/_archived") })]).toEqual([]);
  expect(existsSync(join(mine, "kept"))).toBe(true);
  expect((await kanbun.json(["boards", "list"])).data.current).toBe("default");
});

test("edit changes several tasks at once; what one of them refuses is told, and the others are changed", async () => {
  const kanbun = await CommandLine.init();
  const [one, two] = [await kanbun.create("one"), await kanbun.create("two")];
  const { code, data } = await kanbun.json(["edit", one, "t_00000000", two, "--priority", "5"]);
  expect([code, data.moved, data.failed]).toEqual([1, 2, 1]);
  expect(data.results[1]).toMatchObject({ ok: false, error: { kind: "not_found" } });
  for (const id of [one, two]) expect((await kanbun.task(id)).priority).toBe(5);
  const editor = await kanbun.run(["edit", one, two, "--editor"]);
  expect([editor.code, editor.stderr]).toEqual([2, expect.stringContaining("one task at a time")]);
});

test("store init needs no name where there is one store, and says what to type where there are none or several", async () => {
  const kanbun = await CommandLine.init();
  const path = `${kanbun.home}/kanbun.toml`;
  const store = (name: string) => `[stores.${name}]\nurl = "postgres://kanbun@db.example/kanbun"\n`;
  expect(await kanbun.run(["store", "init"])).toMatchObject({
    code: 3,
    stderr: expect.stringContaining("this home has no store"),
  });
  await Bun.write(path, store("team"));
  expect(await kanbun.ok("store", "init")).toBe(await kanbun.ok("store", "init", "team"));
  await Bun.write(path, store("team") + store("lab"));
  const { stderr } = await kanbun.run(["store", "init"]);
  expect(stderr).toContain("this home has several stores: team, lab");
  expect(stderr).toContain("`kanbun store init team`");
});
