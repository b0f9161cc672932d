import { Database } from "bun:sqlite";
import { afterEach, describe, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nothingElsewhere } from "../../../src/board/admission.ts";
import type { Task } from "../../../src/board/task.ts";
import { RowList } from "../../../src/store/sql/rows/row-list.ts";
import { getNextRunId, openRuns } from "../../../src/store/sql/runs/run-openings.ts";
import { scopeAt } from "../../../src/store/sql/scope.ts";
import { takeAtOnce } from "../../../src/store/sql/steps.ts";
import { Connection } from "../../../src/store/sqlite/database/connection.ts";
import { SqliteStatements } from "../../../src/store/sqlite/sqlite-statements.ts";
import { makeTestHome } from "../../support/home.ts";
import { BoardUnderTest, person, refusalOf } from "../board-under-test.ts";
import { endPrograms, startProgram } from "../programs.ts";
import { checkIntegrity, freshPath, openFile, openFreshSqlite, placeAt } from "./board.ts";

afterEach(endPrograms);

describe("a transaction", () => {
  function connect(path = freshPath()): Connection {
    const connection = new Connection(new Database(path, { create: true, strict: true }), "test.db");
    connection.run("CREATE TABLE notes (text TEXT)");
    return connection;
  }
  const count = (connection: Connection) =>
    connection.get<{ n: number }>("SELECT count(*) AS n FROM notes")?.n;

  test("that returns a promise is refused, and nothing of it is kept", () => {
    const connection = connect();
    const asynchronous = (async () =>
      void connection.run("INSERT INTO notes VALUES ('x')")) as unknown as () => void;
    expect(() => connection.write(asynchronous)).toThrow("a transaction must not be asynchronous");
    expect(count(connection)).toBe(0);
    connection.close();
  });

  test("that throws keeps nothing", () => {
    const connection = connect();
    const failing = () => {
      connection.run("INSERT INTO notes VALUES ('x')");
      throw new Error("no");
    };
    expect(() => connection.write(failing)).toThrow("no");
    expect(count(connection)).toBe(0);
    connection.close();
  });

  test("I5: that does not wait for the disk is there with the next one, which writes though it has nothing to write", () => {
    const path = freshPath();
    const connection = connect(path);
    connection.run("CREATE TABLE kanbun_meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL)");
    const synced = () => connection.get<{ value: number }>("SELECT value FROM kanbun_meta")?.value ?? 0;
    const note = () => void connection.run("INSERT INTO notes VALUES ('x')");
    const fail = () => {
      throw new Error("no");
    };
    connection.writeUnsynced(() => {});
    expect(connection.isUnsynced).toBe(false);
    connection.writeUnsynced(note);
    expect(() => connection.writeUnsynced(fail)).toThrow("no");
    expect(() => connection.write(fail)).toThrow("no");
    expect([connection.isUnsynced, synced()]).toEqual([true, 0]);
    expect(connection.get<object>("PRAGMA synchronous")).toEqual({ synchronous: 2 });
    connection.write(() => {});
    expect([connection.isUnsynced, synced(), count(connection)]).toEqual([false, 1, 1]);
    connection.write(note);
    connection.sync();
    expect(synced()).toBe(1);
    connection.writeUnsynced(note);
    connection.sync();
    expect([connection.isUnsynced, synced()]).toEqual([false, 2]);
    connection.writeUnsynced(note);
    connection.close();
    using other = new Database(path);
    expect(other.query("SELECT value FROM kanbun_meta").get()).toEqual({ value: 3 });
  });

  test("that fails takes the lists of its statements with it, and the next one has them again", () => {
    const connection = connect();
    const list = new RowList("some_notes", { text: "TEXT" });
    const copy = () => {
      const statements = new SqliteStatements(connection);
      const steps = list.with(statements, [{ text: "x" }, { text: "y" }], () =>
        statements.run("INSERT INTO notes SELECT text FROM temp.some_notes"),
      );
      takeAtOnce(steps);
    };
    const failing = () => {
      copy();
      throw new Error("no");
    };
    for (const attempt of [failing, failing]) expect(() => connection.write(attempt)).toThrow("no");
    connection.write(copy);
    connection.write(copy);
    expect(count(connection)).toBe(4);
    connection.close();
  });

  test("with a parameter that was forgotten is an error, not a null", () => {
    const connection = connect();
    expect(() => connection.run("INSERT INTO notes VALUES (:text)", {})).toThrow();
    connection.close();
  });

  test("takes the write lock when it begins: two that read first cannot both go on to write", async () => {
    const path = freshPath();
    const [first, second] = [new Database(path, { create: true }), new Database(path)];
    second.run("PRAGMA busy_timeout = 1");
    const [one, two] = [new Connection(first, path), new Connection(second, path)];
    one.write(() => {
      expect(() => two.write(() => null)).toThrow("did not finish in time");
    });
    for (const connection of [one, two]) connection.close();
  });
});

test("I2: the database itself refuses a second live run of one task", async () => {
  const fresh = await openFreshSqlite();
  const board = new BoardUnderTest(fresh);
  const { claim } = await board.work();
  const db = new Database(fresh.path);
  const copy = () =>
    db.run(
      `INSERT INTO kanbun_runs (run_id, task_id, holder, token, host, boot_id, claimed_at_ms, claimed_at_monotonic_ms, grace_ms)
       SELECT run_id + 1, task_id, holder, 'other', host, boot_id, 0, 0, 0 FROM kanbun_runs WHERE run_id = ?`,
      [claim.runId],
    );
  expect(copy).toThrow("UNIQUE constraint failed: kanbun_runs.task_id");
  db.run("UPDATE kanbun_runs SET gone_at_ms = 1");
  expect(copy).not.toThrow();
  db.close();
});

describe("opening a run", () => {
  const host = { hostname: "h", host: "m", bootId: "b", dispatcher: null };
  const claimer = {
    holder: "worker",
    host,
    monotonicMs: 0,
    leaseMs: 1_000,
    workspaces: null,
    actor: "dispatcher",
  } as const;
  const openRun = (connection: Connection, task: Task) => {
    const scope = scopeAt(new SqliteStatements(connection), { nowMs: 1, monotonicMs: 1, bootId: "b" });
    const opening = { task, profile: "shell", graceMs: 0, maxRuntimeMs: null, retry: null };
    return connection.write(() =>
      takeAtOnce(openRuns(scope, [opening], { ...claimer, firstRunId: takeAtOnce(getNextRunId(scope.db)) })),
    );
  };

  test("I2: is a compare-and-set, whatever its caller believes of the task", async () => {
    const fresh = await openFreshSqlite();
    const board = new BoardUnderTest(fresh);
    const stale = await board.create();
    const connection = new Connection(new Database(fresh.path, { strict: true }), fresh.path);
    const open = () => openRun(connection, stale);
    await board.store.blockTask(stale.id, { reason: null, kind: null }, person);
    expect(open).toThrow("not all of 1 tasks were still as they were looked at");
    await board.store.unblockTask(stale.id, person);
    expect(open()).toMatchObject([{ task: { id: stale.id } }]);
    expect(open).toThrow("not all of 1 tasks were still as they were looked at");
    connection.close();
  });

  test("I2: is refused to a task that is ready while a process of its last run may live", async () => {
    const fresh = await openFreshSqlite();
    const board = new BoardUnderTest(fresh);
    const { task, worker } = await board.work();
    await board.store.blockTask(task.id, { reason: null, kind: null }, worker);
    const ready = await board.store.unblockTask(task.id, person);
    const connection = new Connection(new Database(fresh.path, { strict: true }), fresh.path);
    expect(() => openRun(connection, ready)).toThrow("UNIQUE constraint failed: kanbun_runs.task_id");
    expect(await board.store.requireTask(task.id)).toEqual(ready);
    connection.close();
  });
});

test("a ready task with a live run is not claimed, and the others of the tick are", async () => {
  const fresh = await openFreshSqlite();
  const board = new BoardUnderTest(fresh);
  const { task } = await board.work();
  const other = await board.create();
  const db = new Database(fresh.path);
  db.run("UPDATE task_runs SET ended_at = 1, outcome = 'reclaimed' WHERE task_id = ?", [task.id]);
  db.run("UPDATE tasks SET status = 'ready', current_run_id = NULL, claim_lock = NULL WHERE id = ?", [
    task.id,
  ]);
  db.close();
  const claims = {
    host: { hostname: "h", host: "m", bootId: "b", dispatcher: null },
    max: 9,
    homeMax: 9,
    boardMax: null,
    elsewhere: nothingElsewhere,
  };
  const { claimed } = await fresh.store.applyTick(board.plan({ claims }));
  expect(claimed.map((claim) => claim.task.id)).toEqual([other.id]);
  expect(await refusalOf(fresh.store.claimTask(task.id, { host: claims.host, leaseMs: 1_000 }, person))).toBe(
    "conflict",
  );
});

describe("a board that another program is writing to", () => {
  test("is busy when its patience is over, and works when the other has let go", async () => {
    const path = freshPath();
    await using store = await openFile(path, { mode: "create", busyTimeoutMs: 30 });
    const { task } = await store.createTask({ title: "before" }, person);
    const holder = await startProgram("hold-write.ts", path);
    expect(await refusalOf(store.createTask({ title: "during" }, person))).toBe("busy");
    expect(await store.requireTask(task.id)).toEqual(task);
    holder.go();
    await holder.answer();
    await store.createTask({ title: "after" }, person);
    expect((await store.listTasks({ sort: "title" })).map((one) => one.title)).toEqual(["after", "before"]);
  });

  test("is written to within its patience when the other lets go", async () => {
    const path = freshPath();
    (await openFile(path, { mode: "create" })).close();
    const holder = await startProgram("hold-write.ts", path);
    const writer = await startProgram("open-first.ts", placeAt(path));
    writer.go();
    holder.go();
    expect(await writer.answer<string>()).toMatch(/^t_/);
  });
});

const canMount = canMountDisks();

describe.skipIf(!canMount)(`a full disk${canMount ? "" : " (skipped: no tmpfs may be mounted here)"}`, () => {
  test("loses nothing that was acknowledged, says so, and is written to again once there is space", async () => {
    const folder = mountSmallDisk() ?? "";
    try {
      const [path, ballast] = [join(folder, "kanban.db"), join(folder, "ballast")];
      const store = await openFile(path, { mode: "create" });
      writeFileSync(ballast, "x".repeat(400_000));
      const kept: string[] = [];
      const fill = async () => {
        for (;;)
          kept.push((await store.createTask({ title: "x", body: "y".repeat(20_000) }, person)).task.id);
      };
      expect(["disk_full", "unwritable"]).toContain(await refusalOf(fill()));
      expect(kept.length).toBeGreaterThan(3);
      expect((await store.listTasks({ sort: "created" })).map((task) => task.id)).toEqual(kept);
      expect(["disk_full", "unwritable"]).toContain(await refusalOf(fill()));

      rmSync(ballast);
      const { task } = await store.createTask({ title: "after" }, person);
      expect((await store.listTasks({ sort: "created" })).map(({ id }) => id)).toEqual([...kept, task.id]);
      store.close();
      expect(checkIntegrity(path)).toBe("ok");
    } finally {
      Bun.spawnSync(["umount", "-l", folder]);
    }
  });
});

function canMountDisks(): boolean {
  const folder = mountSmallDisk();
  if (folder !== null) Bun.spawnSync(["umount", folder]);
  return folder !== null;
}

/** A megabyte of disk; null where this user, or this container, may not mount one. */
function mountSmallDisk(): string | null {
  const folder = makeTestHome();
  if (process.platform !== "linux") return null;
  const { success } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], {
    stderr: "ignore",
  });
  return success ? folder : null;
}
