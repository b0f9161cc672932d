import { Database } from "bun:sqlite";
import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { BoardError } from "../../src/board/error.ts";
import { commandTable } from "../../src/cli/command-table.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { backUpDatabase } from "../../src/doctor/backup.ts";
import { planRepair, repairBoard } from "../../src/doctor/board-repair.ts";
import { testContext } from "../support/board.ts";
import { type Damage, damagePage, leakPage } from "./damage.ts";
import {
  bytesBelow,
  change,
  doctorOf,
  findBoardTroubles,
  findTroubles,
  makeHome,
  rowsOf,
} from "./doctor-home.ts";

async function makeDamaged(kind: "index" | "table", damage: Damage) {
  const made = await makeHome({ tasks: 20 });
  damagePage(made.database, kind, kind === "index" ? "zebra" : "a title to be found", damage);
  return made;
}

function backupsOf(database: string): string[] {
  return readdirSync(dirname(database)).filter((name) => name.startsWith("kanban.db.backup"));
}

/** What an attempt was refused for. */
async function refusalOf(attempt: Promise<unknown>): Promise<BoardError> {
  const error = await attempt.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (error instanceof BoardError) return error;
  throw new Error(`not refused by a board: ${error}`);
}

describe("a board of which an index alone is damaged", () => {
  test.each(["content", "count"] as const)(
    "is named, and repaired after a copy was kept: %s (W49)",
    async (damage) => {
      const { home, database, ids } = await makeDamaged("index", damage);
      const context = doctorOf(home);
      const { database: check, ...others } = await findBoardTroubles(context);
      expect(others).toEqual({});
      expect(check).toMatchObject({ status: "problem", fix: "kanbun repair --board default" });
      expect(check?.detail).toContain("only its indexes are damaged (");
      const damaged = readFileSync(database);

      const planned = await planRepair(context, "default");
      expect(readFileSync(database).equals(damaged)).toBe(true);
      const changes = await repairBoard(context, "default");
      expect(changes.map((one) => one.kind)).toEqual(planned.map((one) => one.kind));
      expect(changes.map((one) => one.kind)).toEqual([
        "backup",
        ...changes.slice(1).map(() => "index" as const),
      ]);
      expect(await findBoardTroubles(context)).toEqual({});
      expect(
        rowsOf(database, "SELECT id FROM tasks ORDER BY created_at, rowid").map((row) => row.id),
      ).toEqual(ids);

      const hash = Bun.SHA256.hash(damaged, "hex").slice(0, 16);
      expect(backupsOf(database)).toEqual([`kanban.db.backup-${hash}`]);
      expect(readFileSync(`${database}.backup-${hash}`).equals(damaged)).toBe(true);
      expect(await repairBoard(context, "default")).toEqual([]);
    },
  );

  test.each([
    ["nothing of it can be read", "garbage", () => {}],
    ["something else is wrong as well", "content", leakPage],
  ] as const)(
    "is left as it is where %s, with one copy however often it is tried (D2)",
    async (_, damage, spoil) => {
      const { home, database } = await makeDamaged("index", damage);
      spoil(database);
      const before = readFileSync(database);
      for (let i = 0; i < 3; i += 1) {
        const { kind, message, hint } = await refusalOf(repairBoard(doctorOf(home), "default"));
        expect([kind, hint]).toEqual(["damaged", expect.stringContaining("sqlite3 kanban.db .recover")]);
        expect(message).toContain("cannot rebuild its indexes");
      }
      expect(readFileSync(database).equals(before)).toBe(true);
      expect(backupsOf(database)).toHaveLength(1);
    },
  );
});

describe("a board of which a table is damaged", () => {
  test("is not repaired: nothing is changed, and what to do is said (W49)", async () => {
    const { home, database } = await makeDamaged("table", "garbage");
    const context = doctorOf(home);
    const { database: check } = await findBoardTroubles(context);
    expect(check).toMatchObject({ status: "problem", fix: null });
    expect(check?.detail).toContain("sqlite3 kanban.db .recover");
    const before = readFileSync(database);
    for (const attempt of [planRepair, repairBoard]) {
      const { kind, message, hint } = await refusalOf(attempt(context, "default"));
      expect([kind, message]).toEqual(["damaged", expect.stringContaining("nothing was changed")]);
      expect(hint).toContain("keep a copy");
    }
    expect(readFileSync(database).equals(before)).toBe(true);
    expect(backupsOf(database)).toEqual([]);
  });

  test("fails a tick as damaged, which names a command that there is (W49)", async () => {
    const { home } = await makeDamaged("table", "garbage");
    const dispatcher = new Dispatcher(testContext(home));
    const { kind, hint } = await refusalOf(dispatcher.tick({ heldMax: 1_000 }));
    dispatcher.close();
    const [, command = ""] = /`kanbun (\S+)`/.exec(hint ?? "") ?? [];
    expect([kind, command, command in commandTable]).toEqual(["damaged", "doctor", true]);
  });
});

describe("a backup", () => {
  test("is named after the content, has the log beside it, and is kept once (D2)", async () => {
    const { database } = await makeHome();
    writeFileSync(`${database}-wal`, "a log");
    const first = backUpDatabase(database);
    const content = Buffer.concat([readFileSync(database), Buffer.from("a log")]);
    expect(first.path).toBe(`${database}.backup-${Bun.SHA256.hash(content, "hex").slice(0, 16)}`);
    expect(readFileSync(`${first.path}-wal`, "utf8")).toBe("a log");
    expect(backUpDatabase(database)).toEqual({ path: first.path, isNew: false, removed: [] });
    expect(backupsOf(database)).toHaveLength(2);
  });

  test("makes room by removing the oldest of ours, and nothing else (D2, I8)", async () => {
    const { database } = await makeHome();
    const [strangers, folder] = [
      ["kanban.db.backup", "kanban.db.backup-2026", "other.db.backup-0123456789abcdef"],
      dirname(database),
    ];
    for (const name of strangers) writeFileSync(join(folder, name), name);
    mkdirSync(join(folder, "kanban.db.backup-0000000000000000"));
    const made: string[] = [];
    for (let i = 0; i < 6; i += 1) {
      writeFileSync(`${database}-wal`, `log ${i}`);
      const { path, removed } = backUpDatabase(database);
      utimesSync(path, 1_000_000 + i, 1_000_000 + i);
      made.push(path);
      expect(removed).toEqual(made.slice(0, -3).slice(-1));
    }
    const left = readdirSync(folder).map((name) => join(folder, name));
    expect(made.map((path) => [left.includes(path), left.includes(`${path}-wal`)])).toEqual([
      ...[0, 1, 2].map(() => [false, false]),
      ...[3, 4, 5].map(() => [true, true]),
    ]);
    expect(left).toEqual(expect.arrayContaining(strangers.map((name) => join(folder, name))));
    expect(left).toContain(join(folder, "kanban.db.backup-0000000000000000"));
  });

  test.skipIf(process.platform !== "linux")(
    "is refused while this process has the database open (I10)",
    async () => {
      const { database } = await makeHome();
      const db = new Database(database);
      db.query("SELECT 1 FROM tasks").get();
      expect(() => backUpDatabase(database)).toThrow("is open");
      db.close();
      expect(backUpDatabase(database).isNew).toBe(true);
    },
  );
});

test("a home with damaged boards repairs the one that can be, whatever the others are", async () => {
  const { home, database } = await makeDamaged("index", "content");
  const other = join(home, "kanban/boards/other");
  mkdirSync(other, { recursive: true });
  writeFileSync(join(other, "kanban.db"), "no database at all, and longer than a hundred bytes".repeat(9));
  const before = bytesBelow(other);
  const context = doctorOf(home);
  expect(await refusalOf(repairBoard(context, "other"))).toMatchObject({ kind: "not_a_board" });
  await repairBoard(context, "default");
  change(database, "REINDEX");
  const troubles = await findTroubles(context);
  expect(Object.keys(troubles).sort()).toEqual(["database", "processes"]);
  expect(troubles.database).toMatchObject({ board: "other", status: "problem" });
  expect(troubles.processes?.detail).toContain("the live runs of other are not known");
  expect(bytesBelow(other)).toEqual({ ...before, "kanban.db.dispatch.lock": expect.any(String) });
});
