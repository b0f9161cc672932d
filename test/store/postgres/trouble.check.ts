import { afterEach, describe, expect, test } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import type { OpenOptions } from "../../../src/store/postgres/open.ts";
import { lockSpaceOf } from "../../../src/store/postgres/postgres-engine.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import {
  hasPostgres,
  type OwnPostgres,
  requirePostgres,
  startPostgres,
} from "../../support/postgres/postgres.ts";
import { Wire } from "../../support/postgres/wire.ts";
import { person, refusalOf } from "../board-under-test.ts";
import { connect, freshName, openBoardOn } from "./board.ts";

/** What is said at the end of a transaction that has written, together with COMMIT. */
const commit = "version = version + 1";
/** What the server says of it. */
const committed = "COMMIT\0";
const quick = { connectMs: 500, answerMs: 1_000, restartMs: 500, doubtMs: 1_500 };

async function titles(store: BoardStore): Promise<readonly string[]> {
  return (await store.listTasks({})).map(({ title }) => title);
}

describe.skipIf(!hasPostgres)("a wire that fails", () => {
  /** A board that is written to over a wire, and looked at beside it. */
  async function wired(options: Partial<OpenOptions> = {}) {
    const server = await requirePostgres();
    const board = freshName();
    const beside = await openBoardOn(server, board, { clock: systemClock, mode: "create" });
    const wire = new Wire(server);
    const store = await openBoardOn(wire.place, board, { clock: systemClock, patience: quick, ...options });
    return {
      wire,
      store,
      seen: () => titles(beside),
      async [Symbol.asyncDispose]() {
        await store.close();
        await beside.close();
        await wire[Symbol.asyncDispose]();
      },
    };
  }

  test("before COMMIT has arrived leaves nothing behind, and says so", async () => {
    await using at = await wired();
    at.wire.breakAt(commit, "lose-question");
    expect(await refusalOf(at.store.createTask({ title: "lost" }, person))).toBe("unreachable");
    await at.store.createTask({ title: "next" }, person);
    expect(await at.seen()).toEqual(["next"]);
  });

  test("after COMMIT has arrived takes nothing from what was kept: it is asked for, and acknowledged", async () => {
    await using at = await wired();
    at.wire.breakAtAnswer(committed);
    const { task } = await at.store.createTask({ title: "kept" }, person);
    expect(task.title).toBe("kept");
    expect(await at.seen()).toEqual(["kept"]);
    await at.store.createTask({ title: "next" }, person);
    expect(await at.seen()).toEqual(["kept", "next"]);
  });

  test("and stays cut after COMMIT leaves in doubt what came of it, and says so", async () => {
    await using at = await wired();
    at.wire.breakAtAnswer(committed, { staysCut: true });
    expect(await refusalOf(at.store.createTask({ title: "who knows" }, person))).toBe("in_doubt");
    at.wire.mend();
    expect(await titles(at.store)).toEqual(["who knows"]);
  });

  test("in the middle of a transaction leaves nothing behind, and the next one works", async () => {
    await using at = await wired();
    at.wire.breakAt("task_events", "lose-answer");
    expect(await refusalOf(at.store.createTask({ title: "half" }, person))).toBe("unreachable");
    await at.store.createTask({ title: "next" }, person);
    expect(await at.seen()).toEqual(["next"]);
  });

  test("on which nothing comes through any more is given up by itself, and used again when it is whole", async () => {
    await using at = await wired();
    await at.store.createTask({ title: "before" }, person);
    at.wire.freeze();
    expect(await refusalOf(at.store.createTask({ title: "frozen" }, person))).toBe("unreachable");
    at.wire.thaw();
    await at.store.createTask({ title: "after" }, person);
    expect(await at.seen()).toEqual(["before", "after"]);
  });
});

describe.skipIf(!hasPostgres)("a server", () => {
  const own: OwnPostgres[] = [];
  afterEach(() => {
    for (const server of own.splice(0)) server.end();
  });
  /** One that waits for the disk, as those of users do. */
  async function startServer(): Promise<OwnPostgres> {
    const server = startPostgres({ settings: ["fsync = on"] });
    own.push(server);
    // To make the tables takes longer than anyone of these tests waits for an answer.
    const made = await openBoardOn(server.place, "b", { clock: systemClock, mode: "create" });
    await made.close();
    return server;
  }

  test("that is killed and started again has lost nothing that was acknowledged, and its boards go on by themselves", async () => {
    const server = await startServer();
    await using store = await openBoardOn(server.place, "b", {
      clock: systemClock,
      mode: "create",
      patience: quick,
    });
    const acknowledged: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (let index = 0; index < 5; index++)
        acknowledged.push((await store.createTask({ title: "x" }, person)).task.id);
      // One is under way when the power goes.
      const underWay = store.createTask({ title: "x" }, person).then(
        ({ task }) => acknowledged.push(task.id),
        () => {},
      );
      server.stop("immediate");
      await underWay;
      server.start();
    }
    const kept = new Set((await store.listTasks({})).map(({ id }) => id));
    expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    expect(kept.size - acknowledged.length).toBeLessThanOrEqual(3);
  });

  test("that is not there is said to be unreachable, by name; so is one that goes away, until it is back", async () => {
    const server = await startServer();
    const open = () =>
      openBoardOn(server.place, "b", { clock: systemClock, mode: "create", patience: quick });
    await using store = await open();
    server.stop("fast");
    expect(await refusalOf(store.createTask({ title: "x" }, person))).toBe("unreachable");
    expect(await refusalOf(open())).toBe("unreachable");
    server.start();
    await store.createTask({ title: "y" }, person);
    expect(await titles(store)).toEqual(["y"]);
  });
});

describe.skipIf(!hasPostgres)("a board that someone holds", () => {
  test("is busy for who waits longer than agreed, and nothing is written", async () => {
    const server = await requirePostgres();
    const board = freshName();
    const options = { clock: systemClock, busyTimeoutMs: 200 };
    await using store = await openBoardOn(server, board, { ...options, mode: "create" });
    await using holder = connect(server);
    await using held = await holdLock(holder, board);
    expect(await refusalOf(store.createTask({ title: "x" }, person))).toBe("busy");
    // Who reads waits for no one, and other boards are none of its affair.
    expect(await titles(store)).toEqual([]);
    await using other = await openBoardOn(server, freshName(), { ...options, mode: "create" });
    await other.createTask({ title: "x" }, person);
    await held.letGo();
    await store.createTask({ title: "y" }, person);
    expect(await titles(store)).toEqual(["y"]);
  });

  async function holdLock(sql: ReturnType<typeof connect>, board: string) {
    const session = await sql.reserve();
    await session
      .unsafe(
        `BEGIN; SELECT id FROM kanbun.boards WHERE name = '${board}';
       SELECT pg_advisory_xact_lock(${lockSpaceOf("kanbun")}, (SELECT id FROM kanbun.boards WHERE name = '${board}'))`,
      )
      .simple();
    return {
      letGo: () => session.unsafe("ROLLBACK"),
      [Symbol.asyncDispose]: async () => {
        await session.close();
      },
    };
  }
});
