import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { taskStatuses } from "../../src/board/task.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { person } from "./board-under-test.ts";
import { readAll } from "./contract/reads.ts";
import { dumpTables, hermesIds, otherHostLock, sameColumns, writeHermesBoard } from "./hermes-board.ts";
import { checkIntegrity, freshPath, hashBoard, openFile } from "./sqlite/board.ts";

homesInMemory();

const nowMs = 1_700_000_600_000;

for (const isOld of [false, true]) {
  const name = isOld ? "an older board" : "a board";

  describe(`${name} that another program of the format wrote`, () => {
    function write(): string {
      const path = freshPath();
      writeHermesBoard(path, { isOld });
      return path;
    }

    test(`I7: is read without a byte changed, nor a file made: ${name}`, async () => {
      const path = write();
      const before = hashBoard(path);
      await using store = await openFile(path, { mode: "read" });
      for (const id of Object.values(hermesIds)) await readAll(store, id, nowMs);
      expect((await store.getCounts()).tasks).toBe(Object.keys(hermesIds).length);
      store.close();
      expect(hashBoard(path)).toBe(before);
      expect(existsSync(`${path}.init.lock`)).toBe(false);
    });

    test(`is shown as it is, every status of it, before it was ever written to: ${name}`, async () => {
      await using store = await openFile(write(), { mode: "read" });
      for (const status of taskStatuses)
        expect(await store.requireTask(hermesIds[status])).toMatchObject({ status, title: status });
      expect(await store.requireTask(hermesIds.ready)).toMatchObject({
        priority: 3,
        skills: ["a", "b"],
        maxRuntimeMs: 60_000,
        goalMode: false,
        sessionId: null,
        blockKind: null,
      });
      expect((await store.requireTask(hermesIds.archived)).skills).toEqual([]);
    });

    test(`gets additions only, when it is opened for writing: ${name}`, async () => {
      const path = write();
      const before = dumpTables(path);
      (await openFile(path)).close();
      const after = dumpTables(path, Object.keys(before));
      for (const [table, rows] of Object.entries(before))
        expect({ table, rows: sameColumns(rows, after[table] ?? []) }).toEqual({ table, rows });
      expect(checkIntegrity(path)).toBe("ok");
    });

    test(`is opened for writing twice with one effect: ${name}`, async () => {
      const path = write();
      (await openFile(path)).close();
      const once = hashBoard(path);
      (await openFile(path)).close();
      expect(hashBoard(path)).toBe(once);
    });

    test(`can be worked on at once: ${name}`, async () => {
      const path = write();
      await using store = await openFile(path);
      await store.completeTask(hermesIds.ready, { result: "ok" }, person);
      expect((await store.requireTask(hermesIds.todo)).status).toBe("ready");
      const { task } = await store.createTask(
        { title: "new", sessionId: "s", blocked: { reason: null, kind: "transient" } },
        person,
      );
      expect(task).toMatchObject({ sessionId: "s", blockKind: "transient" });
      store.close();
      const rows = dumpTables(path, ["tasks", "moon_phases"]);
      expect(rows.tasks).toContainEqual(
        expect.objectContaining({ id: hermesIds.ready, status: "done", mood: "odd" }),
      );
      expect(rows.moon_phases).toEqual([{ phase: "full" }]);
    });
  });
}

test("W44: a board that holds two tasks of one idempotency key hands out the older, and can be opened", async () => {
  const path = freshPath();
  writeHermesBoard(path);
  await using store = await openFile(path);
  const { task, existing } = await store.createTask({ title: "x", idempotencyKey: "twin" }, person);
  expect({ id: task.id, existing }).toEqual({ id: hermesIds.twin, existing: true });
});

test("a board whose journal was set by another program keeps that journal", async () => {
  const path = freshPath();
  writeHermesBoard(path, { journalMode: "DELETE" });
  await using store = await openFile(path);
  await store.createTask({ title: "x" }, person);
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test("W31: a hand-off that another program wrote is in the dossier of the child", async () => {
  const path = freshPath();
  writeHermesBoard(path);
  await using store = await openFile(path, { mode: "read" });
  const { parents } = await store.requireDossier(hermesIds.todo);
  expect(parents).toContainEqual(
    expect.objectContaining({ id: hermesIds.done, result: "42", summary: "easy", metadata: { n: 1 } }),
  );
});

test("another dispatcher's claims are shown with the host that its lock names", async () => {
  const path = freshPath();
  writeHermesBoard(path);
  await using store = await openFile(path, { mode: "read" });
  const live = await store.listLiveRuns();
  expect(live.map(({ taskId, runId }) => ({ taskId, runId }))).toEqual([
    { taskId: hermesIds.running, runId: 2 },
    { taskId: hermesIds.runless, runId: 0 },
  ]);
  for (const run of live)
    expect(run).toMatchObject({
      holder: "foreign",
      token: otherHostLock,
      host: "other-host",
      process: { pid: 99_999_999 },
    });
});

test("texts of another program that have a NUL in them are read, and their task is worked on", async () => {
  const path = freshPath();
  writeHermesBoard(path);
  const { ready } = hermesIds;
  const db = new Database(path);
  db.run("UPDATE tasks SET title = 'a' || char(0) || 'b', body = title WHERE id = ?", [ready]);
  db.run("INSERT INTO task_comments (task_id, author, body, created_at) VALUES (?, 'x', 'c' || char(0), 1)", [
    ready,
  ]);
  db.close();
  await using store = await openFile(path);
  const { task, comments } = await store.requireDossier(ready);
  expect([task.title, comments.at(-1)?.body]).toEqual(["a\0b", "c\0"]);
  const { body } = task;
  await store.editTask(ready, { priority: 9 }, person);
  await store.completeTask(ready, { summary: "done" }, person);
  expect(await store.requireTask(ready)).toMatchObject({ status: "done", title: "a\0b", body });
});
