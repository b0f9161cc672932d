import { Database } from "bun:sqlite";
import { afterEach, describe, expect, spyOn, test } from "bun:test";
import { person } from "./board-under-test.ts";
import { freshPath, openFile } from "./sqlite-board.ts";

/** The connections that were opened while a test watched. */
const opened = new Set<Database>();
const watch = spyOn(Database.prototype, "run").mockImplementation(function (this: Database, ...given) {
  opened.add(this);
  return this.query(given[0]).run();
} as Database["run"]);

afterEach(() => opened.clear());
process.on("exit", () => watch.mockRestore());

function pragma(db: Database, name: string): unknown {
  return Object.values(db.query(`PRAGMA ${name}`).get() as object)[0];
}

describe("a connection for writing", () => {
  const wanted: [string, unknown][] = [
    ["synchronous", 2],
    ["foreign_keys", 1],
    ["secure_delete", 1],
    ["busy_timeout", 30_000],
  ];
  for (const [name, value] of wanted)
    test(`I5: has ${name} ${value}, on a new board and on an old one`, async () => {
      const path = freshPath();
      for (const mode of ["create", "write"] as const) {
        await using store = await openFile(path, { mode });
        await store.createTask({ title: "x" }, person);
        expect([...opened].map((db) => pragma(db, name))).toEqual([value]);
        opened.clear();
      }
    });
});
