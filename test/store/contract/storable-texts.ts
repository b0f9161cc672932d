import { describe, expect, test } from "bun:test";
import { BoardError } from "../../../src/board/error.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { ending, force, here, leaseMs, type Open, person } from "../board-under-test.ts";

const nul = "a\0b";

/** A text of a person or worker in each place that has one, and what it is called. */
const calls: readonly [string, (store: BoardStore, id: string) => Promise<unknown>][] = [
  ["title", (store) => store.createTask({ title: nul }, person)],
  ["session id", (store) => store.createTask({ title: "x", sessionId: nul }, person)],
  ["title", (store) => store.createTasks({ tasks: [{ title: nul }] }, person)],
  ["session id", (store) => store.createTasks({ tasks: [{ title: "x", sessionId: nul }] }, person)],
  ["body", (store, id) => store.editTask(id, { body: nul }, person)],
  ["assignee", (store, id) => store.assignTask(id, nul, person)],
  ["comment", (store, id) => store.addComment(id, nul, person)],
  ["actor", (store, id) => store.addComment(id, "x", { actor: nul })],
  ["summary", (store, id) => store.completeTask(id, { summary: nul }, force)],
  ["metadata", (store, id) => store.completeTask(id, { metadata: { [nul]: 1 } }, force)],
  ["where", (store, id) => store.completeTask(id, { metadata: { all: [{ where: nul }] } }, force)],
  ["reason", (store, id) => store.blockTask(id, { reason: nul, kind: null }, person)],
  ["reason", (store, id) => store.cancelTask(id, nul, person)],
  ["reason", (store, id) => store.promoteTask(id, { ...force, reason: nul })],
  ["answer", (store, id) => store.answerQuestion(id, nul, person)],
  [
    "reviewer",
    (store, id) => store.requestReview(id, { reviewer: nul, summary: null, metadata: null }, person),
  ],
  ["hostname", (store, id) => store.claimTask(id, { host: { ...here, hostname: nul }, leaseMs }, person)],
];

export function describeStorableTexts(open: Open): void {
  describe("a NUL", () => {
    test("is refused in whatever text of a person or worker, which is named, and nothing is written", async () => {
      const board = await open();
      const { id } = await board.create();
      const before = await board.fresh.fingerprint();
      for (const [field, call] of calls) {
        const error = await call(board.store, id).then(
          () => null,
          (refusal: unknown) => refusal as BoardError,
        );
        expect([field, error instanceof BoardError ? error.kind : error, error?.message]).toEqual([
          field,
          "usage",
          `the ${field} contains a NUL character, which no program can be given`,
        ]);
      }
      expect(await board.fresh.fingerprint()).toBe(before);
    });

    test("in the last words of a worker keeps nobody from writing down how it ended", async () => {
      const board = await open();
      const { task } = await board.work();
      await board.end(task.id, ending("crashed", { error: nul }));
      const [run] = await board.store.listRuns(task.id);
      expect([run?.outcome, run?.error]).toEqual(["crashed", "a\uFFFDb"]);
      expect((await board.lastEvent(task.id))?.payload?.error).toBe("a\uFFFDb");
    });
  });
}
