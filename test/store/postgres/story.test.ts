import { describe, expect, test } from "bun:test";
import { hasPostgres } from "../../support/postgres/postgres.ts";
import { BoardUnderTest } from "../board-under-test.ts";
import { openFreshPostgres } from "./board.ts";

// The whole contract is tried by `bun run test:postgres`.
describe.skipIf(!hasPostgres)("a board on a PostgreSQL server", () => {
  test("goes the way of every board: made, linked, claimed, done, and its child is next", async () => {
    const board = new BoardUnderTest(await openFreshPostgres());
    const { task, worker } = await board.work({ title: "first" });
    const child = await board.create({ title: "second", parents: [task.id] });
    expect(child.status).toBe("todo");
    await board.store.completeTask(task.id, { summary: "went well" }, worker);
    expect(await board.status(child.id)).toBe("ready");
    expect((await board.store.requireDossier(child.id)).parents).toMatchObject([{ summary: "went well" }]);
    await using other = await board.fresh.connect();
    expect(await other.listTasks({})).toMatchObject([{ title: "first" }, { title: "second" }]);
    expect(await board.eventsOf(task.id)).toEqual(["created", "claimed", "completed"]);
  });
});
