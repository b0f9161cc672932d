import { describe, expect, test } from "bun:test";
import { explainHold } from "../../../src/board/explain-hold.ts";
import { force, here, type Open, person, policies, policy, refusalOf } from "../board-under-test.ts";

const missing = "t_ffffffff";

export function describeRetirement(open: Open): void {
  describe("archiving a task", () => {
    test("W31: that is done keeps its hand-off before its children, and keeps them going", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      const child = await board.create({ parents: [task.id] });
      const late = await board.create();
      await board.store.completeTask(task.id, { result: "42", summary: "easy", metadata: { n: 1 } }, worker);
      const before = (await board.store.requireDossier(child.id)).parents[0];
      await board.store.archiveTask(task.id, person);
      const after = (await board.store.requireDossier(child.id)).parents[0];
      expect(after).toEqual({ ...before, status: "archived" } as NonNullable<typeof after>);
      expect(after).toMatchObject({ result: "42", summary: "easy", metadata: { n: 1 } });
      expect(await board.status(child.id)).toBe("ready");
      await board.store.linkTasks({ parentId: task.id, childId: late.id }, person);
      expect(await board.status(late.id)).toBe("ready");
      expect((await board.tick({ reconcile: true })).promoted).toEqual([]);
    });

    test("that is not done holds its children like a cancelled one", async () => {
      const board = await open();
      const parent = await board.create();
      const child = await board.create({ parents: [parent.id] });
      expect(await board.store.archiveTask(parent.id, person)).toMatchObject({
        status: "archived",
        completedAtMs: null,
      });
      expect((await board.tick({ reconcile: true })).promoted).toEqual([]);
      expect(await board.status(child.id)).toBe("blocked");
      expect(await board.eventsOf(parent.id)).toEqual(["created", "archived"]);
    });

    test("is refused twice, and where there is none", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.archiveTask(id, person);
      expect(await refusalOf(board.store.archiveTask(id, force))).toBe("illegal_move");
      expect(await refusalOf(board.store.archiveTask(missing, person))).toBe("not_found");
    });
  });

  describe("cancelling a task", () => {
    test("blocks its children, with that reason, until they are unlinked", async () => {
      const board = await open();
      const parent = await board.create();
      const child = await board.create({ parents: [parent.id] });
      await board.store.cancelTask(parent.id, "no money", person);
      const facts = await board.store.requireHoldFacts(child.id, here);
      const rules = {
        nowMs: board.clock.nowMs(),
        profiles: policies(policy("shell")),
        pauses: [],
        slots: { homeUsed: 0, homeMax: 1, boardUsed: 0, boardMax: null, profileUsed: new Map() },
      };
      expect(explainHold(facts, rules).reason).toBe("parent_cancelled");
      await board.store.unlinkTasks({ parentId: parent.id, childId: child.id }, person);
      expect(await board.status(child.id)).toBe("ready");
      expect((await board.lastEvent(parent.id))?.payload).toMatchObject({ reason: "no money", actor: "ada" });
    });

    test("of a finished task is refused, and of none", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.completeTask(id, {}, person);
      expect(await refusalOf(board.store.cancelTask(id, null, person))).toBe("illegal_move");
      expect(await refusalOf(board.store.cancelTask(missing, null, person))).toBe("not_found");
    });
  });
}
