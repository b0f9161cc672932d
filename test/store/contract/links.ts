import { describe, expect, test } from "bun:test";
import type { BoardUnderTest, Open } from "../board-under-test.ts";
import { force, person, refusalOf } from "../board-under-test.ts";

async function createMany(board: BoardUnderTest, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let index = 0; index < count; index++) ids.push((await board.create({ title: `task ${index}` })).id);
  return ids;
}

const link = (board: BoardUnderTest, parentId: string, childId: string) =>
  board.store.linkTasks({ parentId, childId }, person);

export function describeLinks(open: Open): void {
  describe("linking two tasks", () => {
    test("makes the child wait, and shows each at the other", async () => {
      const board = await open();
      const [parent = "", child = ""] = await createMany(board, 2);
      await link(board, parent, child);
      expect(await board.status(child)).toBe("todo");
      expect((await board.store.requireDossier(child)).parents.map(({ id }) => id)).toEqual([parent]);
      expect((await board.store.requireDossier(parent)).children.map(({ id }) => id)).toEqual([child]);
      expect(await board.lastEvent(child)).toMatchObject({
        kind: "linked",
        payload: { parent, child, actor: "ada" },
      });
    });

    test("a second time changes nothing", async () => {
      const board = await open();
      const [parent = "", child = ""] = await createMany(board, 2);
      await link(board, parent, child);
      const before = await board.store.getLastEventId();
      await link(board, parent, child);
      expect(await board.store.getLastEventId()).toBe(before);
      expect((await board.store.requireDossier(child)).parents).toHaveLength(1);
    });

    test("leaves a child ready whose parent is done", async () => {
      const board = await open();
      const [parent = "", child = ""] = await createMany(board, 2);
      await board.store.completeTask(parent, {}, person);
      await link(board, parent, child);
      expect(await board.status(child)).toBe("ready");
    });

    test("leaves a child at its work", async () => {
      const board = await open();
      const { task, claim } = await board.work();
      const parent = await board.create();
      await link(board, parent.id, task.id);
      expect(await board.store.requireTask(task.id)).toMatchObject({
        status: "running",
        currentRunId: claim.runId,
      });
    });

    for (const length of [1, 2, 3, 20])
      test(`is refused where it closes a circle of ${length}`, async () => {
        const board = await open();
        const ids = await createMany(board, length);
        for (let at = 1; at < length; at++) await link(board, ids[at - 1] ?? "", ids[at] ?? "");
        expect(await refusalOf(link(board, ids.at(-1) ?? "", ids[0] ?? ""))).toBe("conflict");
      });

    test("is no circle where two ways lead to one task", async () => {
      const board = await open();
      const [top = "", left = "", right = "", bottom = ""] = await createMany(board, 4);
      for (const [parent, child] of [
        [top, left],
        [top, right],
        [left, bottom],
        [right, bottom],
        [top, bottom],
      ] as const)
        await link(board, parent, child);
      expect((await board.store.requireDossier(bottom)).parents).toHaveLength(3);
    });

    test("is refused where either is missing, and where the child is finished", async () => {
      const board = await open();
      const [parent = "", child = ""] = await createMany(board, 2);
      expect(await refusalOf(link(board, "t_ffffffff", child))).toBe("not_found");
      expect(await refusalOf(link(board, parent, "t_ffffffff"))).toBe("not_found");
      await board.store.completeTask(child, {}, person);
      expect(await refusalOf(link(board, parent, child))).toBe("illegal_move");
    });
  });

  describe("unlinking two tasks", () => {
    test("lets the child go on that waited for nothing else", async () => {
      const board = await open();
      const [first = "", second = "", child = ""] = await createMany(board, 3);
      await link(board, first, child);
      await link(board, second, child);
      await board.store.unlinkTasks({ parentId: first, childId: child }, person);
      expect(await board.status(child)).toBe("todo");
      await board.store.unlinkTasks({ parentId: second, childId: child }, person);
      expect(await board.status(child)).toBe("ready");
      expect((await board.eventsOf(child)).slice(-2)).toEqual(["unlinked", "promoted"]);
    });

    test("lets a child go on whose parent was cancelled", async () => {
      const board = await open();
      const [parent = "", child = ""] = await createMany(board, 2);
      await link(board, parent, child);
      await board.store.cancelTask(parent, null, force);
      await board.store.unlinkTasks({ parentId: parent, childId: child }, person);
      expect(await board.status(child)).toBe("ready");
    });

    test("W28: opens no blocked child", async () => {
      const board = await open();
      const [parent = "", child = ""] = await createMany(board, 2);
      await link(board, parent, child);
      await board.store.blockTask(child, { reason: "x", kind: null }, person);
      await board.store.unlinkTasks({ parentId: parent, childId: child }, person);
      expect(await board.status(child)).toBe("blocked");
    });

    test("is refused where there is no such link, and no such child", async () => {
      const board = await open();
      const [parent = "", child = ""] = await createMany(board, 2);
      expect(await refusalOf(board.store.unlinkTasks({ parentId: parent, childId: child }, person))).toBe(
        "not_found",
      );
      expect(
        await refusalOf(board.store.unlinkTasks({ parentId: parent, childId: "t_ffffffff" }, person)),
      ).toBe("not_found");
    });
  });
}
