import { describe, expect, test } from "bun:test";
import { type BoardUnderTest, ending, type Open, person } from "../board-under-test.ts";

const look = (board: BoardUnderTest, { limit = 10, match = null as string | null } = {}) =>
  board.store.getOverview({ nowMs: board.clock.nowMs(), limit, match });
const tasksOf = <Task>({ first }: { readonly first: readonly { readonly task: Task }[] }) =>
  first.map(({ task }) => task);
const ids = (tasks: readonly { readonly id: string }[]) => tasks.map(({ id }) => id);

export function describeOverview(open: Open): void {
  describe("a board at a glance", () => {
    test("names what needs a person: the question first, then the review, what gave up, and triage", async () => {
      const board = await open();
      const { task: failed } = await board.work({ maxRetries: 1 });
      await board.end(failed.id, ending("crashed"));
      const triage = await board.create({ triage: true });
      const { task: handedIn, worker } = await board.work();
      await board.store.requestReview(handedIn.id, { reviewer: null, summary: null, metadata: null }, worker);
      const { task: asks, worker: asker } = await board.work();
      await board.store.askQuestion(asks.id, { question: "which?", answerKind: "text", choices: [] }, asker);
      const { needsYou } = await look(board);
      expect([needsYou.count, ids(tasksOf(needsYou))]).toEqual([
        4,
        [asks.id, handedIn.id, failed.id, triage.id],
      ]);
      expect(ids(tasksOf((await look(board, { limit: 2 })).needsYou))).toEqual([asks.id, handedIn.id]);
    });

    test("says since when a task needs a person, whatever is said to it meanwhile", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      board.clock.pass(60_000);
      await board.store.askQuestion(task.id, { question: "which?", answerKind: "text", choices: [] }, worker);
      const sinceMs = board.clock.nowMs();
      const triage = await board.create({ triage: true });
      board.clock.pass(60_000);
      await board.store.addComment(task.id, "soon", person);
      const { first } = (await look(board)).needsYou;
      const wholeS = (ms: number) => Math.floor(ms / 1_000);
      expect(first.map((one) => [one.task.id, wholeS(one.sinceMs)])).toEqual([
        [task.id, wholeS(sinceMs)],
        [triage.id, wholeS(sinceMs)],
      ]);
    });

    test("names what is next in the order of work of all assignees, then what is due, then what waits", async () => {
      const board = await open();
      const low = await board.create({ assignee: "a" });
      const due = await board.create({ dueAtMs: board.clock.nowMs() + 60_000 });
      const waits = await board.create({ parents: [low.id], priority: 9 });
      const nobody = await board.create({ assignee: null, priority: 1 });
      const high = await board.create({ assignee: "b", priority: 5 });
      const { next } = await look(board);
      expect([next.count, ids(next.first)]).toEqual([5, [high.id, nobody.id, low.id, due.id, waits.id]]);
      const few = (await look(board, { limit: 2 })).next;
      expect([few.count, ids(few.first)]).toEqual([5, [high.id, nobody.id]]);
    });

    test("names what runs since when, and what was done last with its pace", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      const startedAtMs = board.clock.nowMs();
      expect((await look(board)).running).toMatchObject({
        count: 1,
        first: [{ task: { id: task.id }, startedAtMs }],
      });
      await board.store.completeTask(task.id, {}, worker);
      const { running, done, pace, byStatus } = await look(board);
      expect([running.count, done.map((one) => one.task.id), pace.completed, byStatus.done]).toEqual([
        0,
        [task.id],
        1,
        1,
      ]);
    });

    test("is that of the tasks alone whose title, id or assignee has the word in it, whatever signs it has", async () => {
      const board = await open();
      const percent = await board.create({ title: "100% of it" });
      const other = await board.create({ title: "1000 of it", assignee: "Claude" });
      await board.store.blockTask(other.id, { reason: "no", kind: null }, person);
      const found = async (match: string) => {
        const { needsYou, next, byStatus } = await look(board, { match });
        return [ids(tasksOf(needsYou)), ids(next.first), byStatus];
      };
      expect(await found("100%")).toEqual([[], [percent.id], { ready: 1 }]);
      expect(await found("claude")).toEqual([[other.id], [], { blocked: 1 }]);
      expect(await found(percent.id)).toEqual([[], [percent.id], { ready: 1 }]);
      expect(await found("of_it")).toEqual([[], [], {}]);
    });
  });
}
