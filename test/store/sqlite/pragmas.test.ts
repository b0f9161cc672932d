import { Database } from "bun:sqlite";
import { describe, expect, spyOn, test } from "bun:test";
import { freshPath, openFile } from "./board.ts";

/** Opens a board and asks its own connection, which no store gives out. */
async function readPragma(path: string, mode: "create" | "write" | "read", name: string): Promise<unknown> {
  const { run } = Database.prototype;
  const connections = new Set<Database>();
  const spy = spyOn(Database.prototype, "run").mockImplementation(function (this: Database, ...given) {
    connections.add(this);
    return run.apply(this, given);
  });
  try {
    await using _store = await openFile(path, { mode });
    const [connection, ...others] = connections;
    expect(others).toEqual([]);
    return Object.values(connection?.query(`PRAGMA ${name}`).get() as object)[0];
  } finally {
    spy.mockRestore();
  }
}

describe("a connection", () => {
  const wanted: [string, unknown][] = [
    ["synchronous", 2],
    ["foreign_keys", 1],
    ["secure_delete", 1],
    ["busy_timeout", 30_000],
  ];
  for (const [name, value] of wanted)
    test(`I5: for writing has ${name} ${value}, on a new board and on an old one`, async () => {
      const path = freshPath();
      expect(await readPragma(path, "create", name)).toBe(value);
      expect(await readPragma(path, "write", name)).toBe(value);
    });

  test("for reading can write nothing, whatever its code does", async () => {
    const path = freshPath();
    (await openFile(path, { mode: "create" })).close();
    await using store = await openFile(path, { mode: "read" });
    const write = store.createTask({ title: "x" }, { actor: "ada" });
    expect(await write.catch((error: { kind: string }) => error.kind)).toBe("unwritable");
  });
});
