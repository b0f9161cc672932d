import { describe, expect, test } from "bun:test";
import { here, type Open, person, refusalOf } from "../board-under-test.ts";

const which = { question: "which way?", answerKind: "choice", choices: ["left", "right"] } as const;

export function describeQuestions(open: Open): void {
  describe("a question", () => {
    test("ends the worker's run as blocked, and its answer makes the task ready", async () => {
      const board = await open();
      const { task, claim, worker } = await board.work();
      const asking = await board.store.askQuestion(task.id, which, worker);
      expect(asking).toMatchObject({ status: "blocked", blockKind: "needs_input", currentRunId: null });
      expect(await board.store.listRuns(task.id)).toMatchObject([{ id: claim.runId, outcome: "blocked" }]);

      const answered = await board.store.answerQuestion(task.id, "2", person);
      expect(answered.status).toBe("ready");
      const { questions } = await board.store.requireDossier(task.id);
      expect(questions).toMatchObject([
        { ...which, runId: claim.runId, answer: "right", answeredBy: "ada", closedAtMs: board.clock.nowMs() },
      ]);
      expect(await board.lastEvent(task.id)).toMatchObject({
        kind: "unblocked",
        payload: { answer: "right", actor: "ada" },
      });
    });

    test("stays open when the answer is none of the possible ones", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.store.askQuestion(task.id, which, worker);
      expect(await refusalOf(board.store.answerQuestion(task.id, "up", person))).toBe("usage");
      expect((await board.store.requireDossier(task.id)).questions[0]?.answer).toBeNull();
      expect(await board.status(task.id)).toBe("blocked");
    });

    test("sends a task that has open parents back to waiting for them", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      const parent = await board.create();
      await board.store.linkTasks({ parentId: parent.id, childId: task.id }, person);
      await board.store.askQuestion(task.id, which, worker);
      expect((await board.store.answerQuestion(task.id, "left", person)).status).toBe("todo");
    });

    test("is closed without an answer by an unblock, and cannot be answered any more", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      await board.store.askQuestion(task.id, which, worker);
      await board.store.unblockTask(task.id, person);
      expect((await board.store.requireDossier(task.id)).questions).toMatchObject([
        { answer: null, closedAtMs: board.clock.nowMs() },
      ]);
      expect(await refusalOf(board.store.answerQuestion(task.id, "left", person))).toBe("illegal_move");
    });

    for (const verb of ["schedule", "hand in"] as const)
      test(`is closed without an answer where a person lets the task go on: ${verb}`, async () => {
        const board = await open();
        const { task, worker } = await board.work();
        await board.store.askQuestion(task.id, which, worker);
        if (verb === "schedule")
          await board.store.scheduleTask(task.id, { dueAtMs: null, reason: null }, person);
        else
          await board.store.requestReview(task.id, { reviewer: null, summary: null, metadata: null }, person);
        await board.store.blockTask(task.id, { reason: "no money", kind: null }, person);
        const facts = await board.store.requireHoldFacts(task.id, here);
        expect(facts).toMatchObject({ question: null, block: { reason: "no money" } });
      });

    test("W30: is counted when it is asked again, and another one is not", async () => {
      const board = await open();
      const { task, worker } = await board.work();
      let by = worker;
      for (const question of ["which way?", "how far?", "which way?"]) {
        await board.store.askQuestion(task.id, { question, answerKind: "text", choices: [] }, by);
        await board.store.answerQuestion(task.id, "on", person);
        await board.free(task.id);
        const [claim] = await board.claim();
        if (claim) by = { actor: "worker:shell", run: { runId: claim.runId, token: claim.token } };
      }
      const blocks = (await board.store.listEvents({ taskId: task.id })).filter(
        (event) => event.kind === "blocked",
      );
      expect(blocks.map((event) => event.payload?.times_asked)).toEqual([1, 1, 2]);
    });

    test("is refused where nothing runs, and to a worker whose run is over", async () => {
      const board = await open();
      const idle = await board.create({ assignee: null });
      expect(await refusalOf(board.store.askQuestion(idle.id, which, person))).toBe("illegal_move");
      const { task, worker } = await board.work();
      await board.store.cancelTask(task.id, null, person);
      expect(await refusalOf(board.store.askQuestion(task.id, which, worker))).toBe("superseded");
    });

    test("that nobody asked cannot be answered", async () => {
      const board = await open();
      const { id } = await board.create();
      expect(await refusalOf(board.store.answerQuestion(id, "yes", person))).toBe("illegal_move");
      expect(await refusalOf(board.store.answerQuestion("t_ffffffff", "yes", person))).toBe("not_found");
    });
  });
}
