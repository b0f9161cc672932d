import { describe, expect, test } from "bun:test";
import { type Open, person, refusalOf } from "../board-under-test.ts";

export function describeComments(open: Open): void {
  describe("a comment", () => {
    test("is kept with its author and time, and read back in order", async () => {
      const board = await open();
      const { id } = await board.create();
      const first = await board.store.addComment(id, "line 1\nline 2", person);
      board.clock.pass(60_000);
      const second = await board.store.addComment(id, "more", { actor: "bob" });
      expect(first).toMatchObject({ author: "ada", body: "line 1\nline 2" });
      expect(second.createdAtMs - first.createdAtMs).toBe(60_000);
      expect((await board.store.requireDossier(id)).comments).toEqual([first, second]);
      expect(await board.lastEvent(id)).toMatchObject({
        kind: "commented",
        payload: { author: "bob", len: 4 },
      });
    });

    test("can be made on a finished task", async () => {
      const board = await open();
      const { id } = await board.create();
      await board.store.archiveTask(id, person);
      expect((await board.store.addComment(id, "why?", person)).body).toBe("why?");
    });

    test("is refused when it says nothing, or where there is no task", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.addComment(id, " \n", person))).toBe("usage");
      expect(await refusalOf(board.store.addComment("t_ffffffff", "x", person))).toBe("not_found");
    });
  });
}
