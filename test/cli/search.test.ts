import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, rmdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { force } from "../store/board-under-test.ts";
import { CommandLine } from "./command-line.ts";

async function find(kanbun: CommandLine, ...words: string[]): Promise<string[]> {
  const { data } = await kanbun.json(["search", ...words]);
  return data.hits.map((hit: { task: { title: string } }) => hit.task.title);
}

test("search finds the words of titles, bodies, comments, summaries and logs, as they are now", async () => {
  const kanbun = await CommandLine.init();
  const ids = await (async () => {
    await using store = await kanbun.open("write");
    const make = async (title: string, body = "") =>
      (await store.createTask({ title, body, assignee: body === "" ? "shell" : null }, force)).task.id;
    const ids = [
      await make("Fix the login"),
      await make("other", "the LOGIN page\nsays Café"),
      await make("third"),
    ];
    await store.addComment(ids[2] ?? "", "logins are slow", force);
    await store.completeTask(ids[2] ?? "", { summary: "cached the zebra", result: "42 giraffes" }, force);
    return ids;
  })();
  const [first = "", , third = ""] = ids;
  expect(await find(kanbun, "login")).toEqual(["Fix the login", "other", "third"]);
  expect(await find(kanbun, "cafe page")).toEqual(["other"]);
  expect([await find(kanbun, "zebr"), await find(kanbun, "giraffes")]).toEqual([["third"], ["third"]]);
  // What stands for something in the index's own language is text.
  expect(await find(kanbun, 'login" OR zebra*', "NOT")).toEqual([]);
  expect(await find(kanbun, '"login"', "(fix)", "***")).toEqual(["Fix the login"]);
  expect((await kanbun.json(["search", "***"])).error?.kind).toBe("usage");

  // Another program, which knows nothing of an index, renames one task and deletes another without a word.
  const board = new Database(`${kanbun.home}/kanban.db`);
  board.run("UPDATE tasks SET title = 'Fix the sign-in' WHERE id = ?", [first]);
  board.run("INSERT INTO task_events (task_id, kind, created_at) VALUES (?, 'edited', 1)", [first]);
  board.run("DELETE FROM tasks WHERE id = ?", [third]);
  expect(
    board.query("SELECT name FROM sqlite_master WHERE sql LIKE '%fts5%' OR type = 'trigger'").all(),
  ).toEqual([]);
  board.close();
  expect(await find(kanbun, "login")).toEqual(["other"]);
  expect(await find(kanbun, "sign-in")).toEqual(["Fix the sign-in"]);
  expect(await find(kanbun, "zebra")).toEqual([]);
  const index = new Database(`${kanbun.home}/kanban/search.db`, { readonly: true });
  expect(index.query("SELECT count(*) AS n FROM names").get()).toEqual({ n: 2 });
  index.close();

  await kanbun.ok("edit", first, "--body", "echo a Walrus runs");
  await kanbun.ok("dispatch", "--until-idle");
  const { data } = await kanbun.json(["search", "walrus", "--logs"]);
  expect(data.logs.hits[0]).toMatchObject({ task: { id: first }, line: "a Walrus runs" });
});

test("search makes an index anew that is damaged, keeps it private, and forgets what is deleted", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("needle in the hay");
  expect(await find(kanbun, "needle")).toEqual(["needle in the hay"]);
  const path = `${kanbun.home}/kanban/search.db`;
  if (process.platform !== "win32") expect(statSync(path).mode & 0o077).toBe(0);
  writeFileSync(path, "no database");
  expect(await find(kanbun, "needle")).toEqual(["needle in the hay"]);
  // What is deleted is not to be found in a file either.
  await kanbun.ok("delete", id, "--yes");
  expect(existsSync(path)).toBe(false);
  expect(await find(kanbun, "needle")).toEqual([]);
});

test("search answers whatever lies where its index should be, and no other database is touched", async () => {
  const kanbun = await CommandLine.init();
  const id = await kanbun.make("needle in the hay");
  const path = `${kanbun.home}/kanban/search.db`;
  const found = async () => {
    const { stdout, stderr } = await kanbun.run(["search", "needle"]);
    return [stdout.trim().split("\n").length, !stderr.includes("the whole board was read")];
  };
  const spoil = (sql: string) => {
    using index = new Database(path);
    index.run(sql);
  };
  expect(await found()).toEqual([1, true]);
  spoil("DROP TABLE names");
  expect(await found()).toEqual([1, true]);
  spoil("UPDATE mark SET value = '{'");
  expect(await found()).toEqual([1, true]);
  rmSync(path);

  mkdirSync(path);
  expect(await found()).toEqual([1, false]);
  expect((await kanbun.run(["delete", id, "--yes"])).stderr).toContain("search.db");
  await kanbun.make("needle again");
  rmdirSync(path);
  if (process.platform === "win32") return;
  using victim = new Database(`${kanbun.home}/victim.db`);
  victim.run("CREATE TABLE names (mine)");
  symlinkSync(`${kanbun.home}/victim.db`, path);
  expect(await found()).toEqual([1, false]);
  expect(victim.query("SELECT name FROM sqlite_master").all()).toEqual([{ name: "names" }]);
  rmSync(path);
  Bun.spawnSync(["mkfifo", path]);
  expect(await found()).toEqual([1, false]);
});
