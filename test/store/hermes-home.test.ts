import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { boardPaths, listBoardSlugs } from "../../src/system/home/board-paths.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { person } from "./board-under-test.ts";
import { readAll } from "./contract/reads.ts";
import { dumpTables, sameColumns } from "./hermes-board.ts";
import { checkIntegrity, hashBoard, openFile } from "./sqlite/board.ts";

homesInMemory();

const fixture = resolve(import.meta.dir, "../../../shared/fixtures/hermes-home");
const isThere = existsSync(fixture);
const why = isThere ? "" : " (skipped: shared/fixtures/hermes-home is not beside the checkout)";

/** Never the original: a board that is opened may change. */
function copyHome(): string {
  const home = makeTestHome();
  copyFolder(fixture, home);
  return home;
}

/** Folder by folder: under Wine, readdir with `recursive` sees no deeper than one. */
function copyFolder(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [path, copy] = [join(from, entry.name), join(to, entry.name)];
    // Written anew, for the fixture's modes forbid writing.
    if (entry.isDirectory()) copyFolder(path, copy);
    else writeFileSync(copy, readFileSync(path));
  }
}

describe.skipIf(!isThere)(`a home that Hermes itself wrote${why}`, () => {
  test("has its boards where they are looked for", () => {
    expect(listBoardSlugs(copyHome())).toEqual(["default", "atm10-server"]);
  });

  for (const slug of ["default", "atm10-server"]) {
    test(`I7: is read without a byte changed: ${slug}`, async () => {
      const path = boardPaths(copyHome(), slug).database;
      const before = hashBoard(path);
      const store = await openFile(path, { mode: "read" });
      const tasks = await store.listTasks({});
      for (const task of tasks) await readAll(store, task.id, Date.now());
      store.close();
      expect(tasks).toHaveLength(60);
      expect(hashBoard(path)).toBe(before);
    });

    test(`gets additions only: ${slug}`, async () => {
      const path = boardPaths(copyHome(), slug).database;
      const before = dumpTables(path);
      (await openFile(path)).close();
      const after = dumpTables(path, Object.keys(before));
      for (const [table, rows] of Object.entries(before))
        expect({ table, rows: sameColumns(rows, after[table] ?? []) }).toEqual({ table, rows });
      expect(checkIntegrity(path)).toBe("ok");
    });

    test(`can be worked on: ${slug}`, async () => {
      const path = boardPaths(copyHome(), slug).database;
      await using store = await openFile(path);
      const before = await store.getCounts();
      const ready = (await store.listTasks({ statuses: ["ready"] }))[0]?.id ?? "";
      await store.completeTask(ready, { result: "ok" }, person);
      expect((await store.requireTask(ready)).status).toBe("done");
      expect((await store.getCounts()).byStatus.done).toBe((before.byStatus.done ?? 0) + 1);
      expect(checkIntegrity(path)).toBe("ok");
    });
  }
});
