import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { tryLockFile } from "../../../native-shims/index.ts";
import { makeTestHome } from "../../support/home.ts";
import { person, refusalOf } from "../board-under-test.ts";
import { readAll } from "../contract/reads.ts";
import { freshPath, hashBoard, openFile } from "./board.ts";

const modes = ["read", "write", "create"] as const;

function writeDatabase(path: string, ...statements: string[]): void {
  const db = new Database(path, { create: true });
  for (const statement of statements) db.run(statement);
  db.close();
}

describe("opening", () => {
  test("to read a board that is just being made waits for its tables, and sees what is written later", async () => {
    const path = freshPath();
    writeFileSync(path, "");
    const opening = openFile(path, { mode: "read" });
    const store = await openFile(path, { mode: "create" });
    const reader = await opening;
    await store.createTask({ title: "later" }, person);
    expect(await reader.getLastEventId()).toBe(1);
    reader.close();
    store.close();
  });

  for (const mode of ["read", "write"] as const)
    test(`where there is no board is refused to ${mode}, and makes none`, async () => {
      const path = freshPath();
      expect(await refusalOf(openFile(path, { mode }))).toBe("not_found");
      expect(readdirSync(dirname(path))).toEqual([]);
    });

  for (const mode of modes) {
    test(`a board of a newer Kanbun is refused to ${mode}, and changes nothing`, async () => {
      const path = freshPath();
      (await openFile(path, { mode: "create" })).close();
      writeDatabase(path, "UPDATE kanbun_meta SET value = value + 1 WHERE key = 'schema_version'");
      const before = hashBoard(path);
      expect(await refusalOf(openFile(path, { mode }))).toBe("newer_board");
      expect(hashBoard(path)).toBe(before);
    });

    test(`what is no database is refused to ${mode}, and changes nothing`, async () => {
      const path = freshPath();
      writeFileSync(path, "shopping list\n".repeat(500));
      const before = hashBoard(path);
      expect(await refusalOf(openFile(path, { mode }))).toBe("not_a_board");
      expect(hashBoard(path)).toBe(before);
    });

    test(`the database of another program is refused to ${mode}, and changes nothing`, async () => {
      const path = freshPath();
      writeDatabase(path, "CREATE TABLE recipes (name TEXT)", "INSERT INTO recipes VALUES ('soup')");
      const before = hashBoard(path);
      expect(await refusalOf(openFile(path, { mode }))).toBe("not_a_board");
      expect(hashBoard(path)).toBe(before);
    });

    test(`another program's database is refused to ${mode} though it has a table called tasks`, async () => {
      const path = freshPath();
      writeDatabase(path, "CREATE TABLE tasks (uid INTEGER PRIMARY KEY, text TEXT)");
      const before = hashBoard(path);
      expect(await refusalOf(openFile(path, { mode }))).toBe("not_a_board");
      expect(hashBoard(path)).toBe(before);
    });

    test(`a folder is refused to ${mode}`, async () => {
      const path = freshPath();
      mkdirSync(path);
      expect(await refusalOf(openFile(path, { mode }))).toBe("unwritable");
    });

    test(`a database that is cut off is refused to ${mode}, or said to be damaged`, async () => {
      const path = freshPath();
      (await openFile(path, { mode: "create" })).close();
      writeFileSync(path, (await Bun.file(path).bytes()).slice(0, 5_000));
      const kind = await refusalOf(openFile(path, { mode }).then((store) => store.getCounts()));
      expect(["damaged", "not_a_board"]).toContain(kind);
    });
  }

  test("an empty file, as a killed first open leaves it, is an empty board to a reader", async () => {
    const path = freshPath();
    writeFileSync(path, "");
    utimesSync(path, 0, 0);
    const before = hashBoard(path);
    await using store = await openFile(path, { mode: "read" });
    expect(await store.getCounts()).toMatchObject({ tasks: 0, events: 0 });
    store.close();
    expect(hashBoard(path)).toBe(before);
  });

  for (const mode of ["write", "create"] as const)
    test(`an empty file, as a killed first open leaves it, becomes a board to ${mode}`, async () => {
      const path = freshPath();
      writeFileSync(path, "");
      await using store = await openFile(path, { mode });
      await store.createTask({ title: "x" }, person);
      store.close();
      const db = new Database(path, { readonly: true });
      expect(db.query("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
      db.close();
    });

  test("below a file is refused as unwritable", async () => {
    const file = join(makeTestHome(), "file");
    writeFileSync(file, "");
    expect(await refusalOf(openFile(join(file, "kanban.db"), { mode: "create" }))).toBe("unwritable");
  });

  test("for the first time waits for whoever is at it", async () => {
    const path = freshPath();
    const lock = tryLockFile(`${path}.init.lock`);
    const opening = openFile(path, { mode: "create" });
    expect(await Promise.race([opening, Bun.sleep(50).then(() => "waiting")])).toBe("waiting" as never);
    lock?.release();
    (await opening).close();
  });
});

describe("I7: a board that nobody has open", () => {
  test("is read without a byte of it changed", async () => {
    const path = freshPath();
    const writer = await openFile(path, { mode: "create" });
    const { task } = await writer.createTask({ title: "x" }, person);
    writer.close();
    const before = hashBoard(path);
    const store = await openFile(path, { mode: "read" });
    await readAll(store, task.id, Date.now());
    store.close();
    expect(hashBoard(path)).toBe(before);
  });
});
