import { describe, expect, test } from "bun:test";
import type { BoardRow } from "../../../src/store/exchange.ts";
import type { RelocationSource } from "../../../src/store/relocation.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { type BoardUnderTest, force, type Open, person, refusalOf, vouching } from "../board-under-test.ts";

const relocation = { id: "m1", store: "team", board: "build", home: "here" };

async function rowsOf(store: BoardStore): Promise<BoardRow[]> {
  const rows: BoardRow[] = [];
  await store.exportRows({ onRow: (row) => rows.push(row) });
  return rows;
}

async function fill(board: BoardUnderTest): Promise<void> {
  // The first: it claims all that is ready.
  const { task } = await board.work({ title: "worked at" });
  await board.store.reclaimTask(task.id, "enough", vouching);
  const parent = await board.create({ title: "parent", body: "ä€😀\n", idempotencyKey: "k" });
  await board.create({ title: "child", parents: [parent.id], tenant: "t" });
  await board.store.addComment(parent.id, "a word", person);
  await board.store.pause({ scope: "board", untilAtMs: null, reason: "for now" });
  const gone = await board.create({ title: "deleted" });
  await board.store.deleteTask(gone.id, force);
}

export function describeRelocations(open: Open): void {
  describe("a board that is moved to another store", () => {
    test("is written by no one from then on, also over a connection that was open before, until that is taken back", async () => {
      const board = await open();
      await fill(board);
      await using before = await board.fresh.connect();
      await before.getCounts();
      await board.store.leave(relocation);
      await using after = await board.fresh.connect();
      const fingerprint = await board.fresh.fingerprint();
      for (const store of [board.store, before, after]) {
        const create = store.createTask({ title: "late" }, person);
        const error = await create.catch((refusal) => refusal);
        expect(error.kind).toBe("conflict");
        expect(error.message).toContain("this board was moved to the store team, where it is called build");
        expect(await refusalOf(store.resume("board"))).toBe("conflict");
        expect(await store.getRelocation()).toEqual({ left: relocation, arrivedBy: null, isEmpty: false });
        expect(await store.listTasks({})).toHaveLength(3);
      }
      expect(await board.fresh.fingerprint()).toBe(fingerprint);
      expect(await refusalOf(after.leave({ ...relocation, id: "m2" }))).toBe("conflict");
      await after.leave(relocation);
      await after.stay();
      for (const store of [board.store, before, after]) await store.createTask({ title: "again" }, person);
    });

    test("stays where it is while a task is at work, and says which", async () => {
      const board = await open();
      const { task } = await board.work({ title: "at work" });
      expect((await board.store.planRelocation()).busy).toEqual([task.id]);
      expect(await refusalOf(board.store.leave(relocation))).toBe("conflict");
      await board.store.addComment(task.id, "still here", person);
    });

    test("arrives whole, with its numbers and what only the board has, and what comes next has the next number", async () => {
      const [from, to] = [await open(), await open()];
      await fill(from);
      await from.store.leave(relocation);
      const arrived = await to.store.arrive(from.store, { id: "m1", replaces: null });
      expect(arrived.tasks).toBe(3);
      expect(await rowsOf(to.store)).toEqual(await rowsOf(from.store));
      expect(await to.store.listPauses()).toEqual(await from.store.listPauses());
      expect([await to.store.hasArrived("m1"), await to.store.hasArrived("m2")]).toEqual([true, false]);
      await from.store.stay();
      const numbers = [];
      for (const { store } of [from, to]) {
        const [task] = await store.listTasks({});
        const { id } = await store.addComment(task?.id ?? "", "next", person);
        numbers.push([id, await store.getLastEventId()]);
      }
      expect(numbers[0]).toEqual(numbers[1]);
    });

    test("is written over by its own return alone, and not by half of one", async () => {
      const [first, second, other] = [await open(), await open(), await open()];
      await fill(first);
      await other.create({ title: "another board's" });
      expect(await refusalOf(other.store.arrive(first.store, { id: "m1", replaces: null }))).toBe("conflict");
      await first.store.leave(relocation);
      await second.store.arrive(first.store, { id: "m1", replaces: null });
      await second.create({ title: "made there" });
      await second.store.leave({ ...relocation, id: "m2", store: null });
      const before = await first.fresh.fingerprint();
      expect(await refusalOf(first.store.arrive(second.store, { id: "m2", replaces: "m0" }))).toBe(
        "conflict",
      );
      const broken: RelocationSource = {
        readNumbers: () => second.store.readNumbers(),
        readPage: async (table, after) => {
          const page = await second.store.readPage(table, after);
          if (table === "task_events") throw new Error("the wire is cut");
          return page;
        },
      };
      await expect(first.store.arrive(broken, { id: "m2", replaces: "m1" })).rejects.toThrow("wire is cut");
      expect(await first.fresh.fingerprint()).toBe(before);
      await first.store.arrive(second.store, { id: "m2", replaces: "m1" });
      expect(await rowsOf(first.store)).toEqual(await rowsOf(second.store));
      await first.store.createTask({ title: "back again" }, person);
    });
  });
}
