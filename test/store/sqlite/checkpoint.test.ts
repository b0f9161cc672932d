import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { person } from "../../support/board.ts";
import { freshPath, openFile } from "./board.ts";

const logSize = (path: string) => statSync(`${path}-wal`).size;

/** A board whose connection leaves checkpoints to its owner, with more in its log than a thousand pages. */
async function openFilled() {
  const path = freshPath();
  (await openFile(path, { mode: "create" })).close();
  const store = await openFile(path, { leavesCheckpoints: true });
  await store.createTask({ title: "large", body: "x".repeat(5_000_000) }, person);
  return { path, store };
}

test("a connection that leaves checkpoints to its owner makes none by the way", async () => {
  const { path, store } = await openFilled();
  const before = statSync(path).size;
  for (let index = 0; index < 5; index++) await store.createTask({ title: "small" }, person);
  expect(statSync(path).size).toBe(before);
  expect(await store.file?.checkpoint("passive")).toBeGreaterThan(1_000);
  expect(statSync(path).size).toBeGreaterThan(5_000_000);
  store.close();
});

test("a passive checkpoint waits until there is enough to move", async () => {
  const { path, store } = await openFilled();
  expect(await store.file?.checkpoint("truncate")).toBe(0);
  expect(logSize(path)).toBe(0);
  await store.createTask({ title: "small" }, person);
  const before = statSync(path).size;
  const pages = await store.file?.checkpoint("passive");
  expect(pages).toBeGreaterThan(0);
  expect(await store.file?.checkpoint("passive")).toBe(pages);
  expect(statSync(path).size).toBe(before);
  store.close();
});

test("emptying an empty log is news to nobody", async () => {
  const { path, store } = await openFilled();
  await using other = await openFile(path, { mode: "write" });
  await store.file?.checkpoint("truncate");
  const before = await other.news.getVersion();
  expect(await store.file?.checkpoint("truncate")).toBe(0);
  expect(await other.news.getVersion()).toBe(before);
  store.close();
});

test("W39: a reader that stays keeps the log, and neither the checkpoint nor what is written meanwhile", async () => {
  const { path, store } = await openFilled();
  using reader = new Database(path, { readonly: true });
  reader.run("BEGIN");
  reader.query("SELECT count(*) FROM tasks").all();
  await store.createTask({ title: "small" }, person);
  expect(await store.file?.checkpoint("truncate")).toBeGreaterThan(1_000);
  expect(await store.createTask({ title: "another" }, person)).toMatchObject({ existing: false });
  reader.run("COMMIT");
  expect(await store.file?.checkpoint("truncate")).toBe(0);
  expect(logSize(path)).toBe(0);
  store.close();
});
