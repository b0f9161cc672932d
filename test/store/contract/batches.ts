import { describe, expect, test } from "bun:test";
import { BoardError } from "../../../src/board/error.ts";
import type { BatchTask } from "../../../src/store/task-batch.ts";
import { type BoardUnderTest, type Open, person, refusalOf } from "../board-under-test.ts";

export function describeBatches(open: Open): void {
  const make = async (board: BoardUnderTest, tasks: Iterable<BatchTask>) =>
    board.store.createTasks({ tasks }, person);

  describe("creating many tasks", () => {
    test("makes each as it would be made alone, in the order given", async () => {
      const board = await open();
      const inputs: BatchTask[] = [
        { title: "one", body: "text", assignee: "shell", priority: 3, skills: ["a"], maxRuntimeMs: 1_000 },
        { title: "two", dueAtMs: 1_800_000_000_123 },
        { title: "three", blocked: { reason: "who pays?", kind: "needs_input" } },
        { title: "four", triage: true, tenant: "acme" },
      ];
      const { ids, existing } = await make(board, inputs);
      expect([ids.length, existing]).toEqual([4, 0]);
      for (const [position, input] of inputs.entries()) {
        const alone = await board.create({ assignee: null, ...input });
        const together = await board.store.requireTask(ids[position] ?? "");
        expect({ ...together, id: "" }).toEqual({ ...alone, id: "" });
        const tell = async (id: string) =>
          (await board.store.listEvents({ taskId: id })).map(({ kind, payload }) => ({ kind, payload }));
        expect(await tell(together.id)).toEqual(await tell(alone.id));
      }
      const listed = await board.store.listTasks({ sort: "created" });
      expect(listed.slice(0, 4).map((task) => task.id)).toEqual([...ids]);
    });

    test("links tasks to parents of the board and to earlier ones of the batch", async () => {
      const board = await open();
      const known = await board.create();
      const { ids } = await make(board, [
        { title: "first" },
        { title: "second", earlierParents: [0] },
        { title: "third", parents: [known.id], earlierParents: [0, 1, 0] },
      ]);
      const [first = "", second = "", third = ""] = ids;
      const parentsOf = async (id: string) =>
        (await board.store.requireDossier(id)).parents.map((parent) => parent.id).sort();
      expect(await parentsOf(second)).toEqual([first]);
      expect(await parentsOf(third)).toEqual([known.id, first, second].sort());
      expect([await board.status(first), await board.status(second), await board.status(third)]).toEqual([
        "ready",
        "todo",
        "todo",
      ]);
    });

    test("refuses a parent that does not come before its child as the mistake of a program", async () => {
      const { fresh } = await open();
      const tasks = [{ title: "x", earlierParents: [0] }];
      await expect(fresh.store.createTasks({ tasks }, person)).rejects.toThrow("none of an earlier task");
      expect(await fresh.store.getCounts()).toMatchObject({ tasks: 0, events: 0 });
    });

    test("W44: hands out what has its idempotency key on the board or in the batch", async () => {
      const board = await open();
      const known = await board.create({ idempotencyKey: "k" });
      const { ids, existing } = await make(board, [
        { title: "again", idempotencyKey: "k" },
        { title: "new", idempotencyKey: "n" },
        { title: "new again", idempotencyKey: "n" },
        { title: "child", earlierParents: [0, 2] },
      ]);
      expect(existing).toBe(2);
      expect(ids[0]).toBe(known.id);
      expect(ids[2]).toBe(ids[1]);
      expect(await board.store.getCounts()).toMatchObject({ tasks: 3, events: 3 });
    });

    test("makes none when one is refused, and throws the first refusal", async () => {
      const board = await open();
      const tasks = [{ title: "good" }, { title: "" }, { title: "x", parents: ["t_ffffffff"] }];
      expect(await refusalOf(make(board, tasks))).toBe("usage");
      expect(await board.store.getCounts()).toMatchObject({ tasks: 0, events: 0 });
    });

    test("tells of every refusal, of each before the next task is taken", async () => {
      const board = await open();
      const cancelled = await board.create();
      await board.store.cancelTask(cancelled.id, null, person);
      const seen: string[] = [];
      function* tasks(): Generator<BatchTask> {
        for (const task of [
          { title: "good" },
          { title: " " },
          { title: "child of the refused one", earlierParents: [1] },
          { title: "x", parents: ["t_ffffffff"] },
          { title: "y", parents: [cancelled.id] },
        ]) {
          seen.push(task.title);
          yield task;
        }
      }
      const onRefused = (refusal: BoardError) => seen.push(refusal.kind);
      expect(await refusalOf(board.store.createTasks({ tasks: tasks(), onRefused }, person))).toBe("usage");
      expect(seen).toEqual([
        ...["good", " ", "usage", "child of the refused one", "x", "not_found", "y", "conflict"],
      ]);
      expect(await board.store.getCounts()).toMatchObject({ tasks: 1 });
    });

    test("makes none when the caller has heard enough, or cannot give the next one", async () => {
      const board = await open();
      const enough = () => {
        throw new BoardError("usage", "enough");
      };
      const tasks = [{ title: "good" }, { title: "" }, { title: "never taken" }];
      await expect(board.store.createTasks({ tasks, onRefused: enough }, person)).rejects.toThrow("enough");
      function* broken(): Generator<BatchTask> {
        yield { title: "good" };
        enough();
      }
      await expect(make(board, broken())).rejects.toThrow("enough");
      expect(await board.store.getCounts()).toMatchObject({ tasks: 0, events: 0 });
    });

    test("makes 5,000 with ids that differ", async () => {
      const { fresh } = await open();
      const tasks = Array.from({ length: 5_000 }, (_, n) => ({ title: `task ${n}` }));
      const { ids } = await fresh.store.createTasks({ tasks }, person);
      expect(new Set(ids).size).toBe(5_000);
      expect(ids.every((id) => /^t_[0-9a-f]{8}$/.test(id))).toBe(true);
      expect(await fresh.store.getCounts()).toMatchObject({ tasks: 5_000, events: 5_000 });
    });
  });
}
