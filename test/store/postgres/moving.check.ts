import { afterEach, describe, expect, test } from "bun:test";
import type { BoardRow } from "../../../src/store/exchange.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { hasPostgres } from "../../support/postgres/postgres.ts";
import { BoardUnderTest, person } from "../board-under-test.ts";
import { memoryPath, openFreshSqlite, removeMemoryHomes } from "../sqlite/board.ts";
import { openFreshPostgres } from "./board.ts";

afterEach(removeMemoryHomes);

async function exportAll(store: BoardStore, ids?: readonly string[]) {
  const rows: BoardRow[] = [];
  const told = await store.exportRows({
    onRow: (row) => rows.push(row),
    ...(ids === undefined ? {} : { ids }),
  });
  return { rows, told };
}

/** One of everything that leaves a board. */
async function fill(board: BoardUnderTest): Promise<string> {
  const parent = await board.create({ title: "parent", body: "ä€😀\n", priority: 3, idempotencyKey: "k" });
  const child = await board.create({ title: "child", parents: [parent.id], tenant: "t", skills: ["one"] });
  await board.store.addComment(parent.id, "a word", person);
  await board.store.attachFiles(
    parent.id,
    [{ filename: "a.txt", storedPath: "a", contentType: null, sizeBytes: 3 }],
    person,
  );
  const [claim] = await board.claim();
  const worker = { actor: "worker", run: { runId: claim?.runId ?? 0, token: claim?.token ?? "" } };
  const questions = { question: "how?", answerKind: "text", choices: [] } as const;
  await board.store.askQuestion(parent.id, questions, worker);
  await board.free(parent.id);
  await board.store.answerQuestion(parent.id, "so", person);
  await board.store.completeTask(parent.id, { summary: "done", metadata: { a: 1.5, b: [null] } }, person);
  await board.store.scheduleTask(child.id, { dueAtMs: board.clock.nowMs() + 5_000, reason: null }, person);
  await board.store.subscribe({ taskId: child.id, platform: "p", chatId: "c", threadId: "" });
  return child.id;
}

describe.skipIf(!hasPostgres)("a board that is moved", () => {
  test("to a PostgreSQL server and back is the same row for row, with all its numbers", async () => {
    const before = new BoardUnderTest(await openFreshSqlite(memoryPath()));
    await fill(before);
    const first = await exportAll(before.store);
    const there = new BoardUnderTest(await openFreshPostgres());
    const moved = await there.store.importRows({ rows: first.rows, newIds: false }, person);
    expect(moved).toMatchObject({ tasks: 2, rows: first.rows.length, taken: 0, columnsLeftOut: [] });
    const second = await exportAll(there.store);
    expect(second).toEqual(first);
    const back = new BoardUnderTest(await openFreshSqlite(memoryPath()));
    await back.store.importRows({ rows: second.rows, newIds: false }, person);
    expect(await exportAll(back.store)).toEqual(first);
    // What comes next has the next number, on all three.
    const next = async ({ store }: BoardUnderTest) => {
      await store.createTask({ title: "next" }, person);
      return store.getLastEventId();
    };
    const numbers = [await next(before), await next(there), await next(back)];
    expect(new Set(numbers).size).toBe(1);
  });

  test("in parts leaves the links out that lead elsewhere", async () => {
    const board = new BoardUnderTest(await openFreshPostgres());
    const child = await fill(board);
    const { rows, told } = await exportAll(board.store, [child]);
    expect(told).toMatchObject({ tasks: 1, linksLeftOut: 1 });
    expect(new Set(rows.map(({ table }) => table))).toEqual(
      new Set(["tasks", "task_events", "kanban_notify_subs", "kanbun_tasks"]),
    );
  });

  test("onto one that has such a task is refused as a whole", async () => {
    const board = new BoardUnderTest(await openFreshPostgres());
    await fill(board);
    const { rows } = await exportAll(board.store);
    const before = await board.fresh.fingerprint();
    const again = board.store.importRows({ rows, newIds: false }, person);
    expect(await again.catch((error) => error.kind)).toBe("conflict");
    expect(await board.fresh.fingerprint()).toBe(before);
    const copies = await board.store.importRows({ rows, newIds: true }, person).catch((error) => error.kind);
    // The key is taken.
    expect(copies).toBe("conflict");
  });
});
