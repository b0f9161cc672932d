import { describe, expect, test } from "bun:test";
import type { EndedUsage, StartedAgent } from "../../../src/board/usage.ts";
import { type BoardUnderTest, ending, type Open, policies, policy } from "../board-under-test.ts";

const agent: StartedAgent = {
  agent: "claude",
  permissions: "edit: edits files",
  session: "s-1",
  workspacePath: "/srv",
  resumedRunId: null,
};
const used: EndedUsage = {
  ...{ model: "opus", session: "s-1", turns: 3, inputTokens: 10, outputTokens: 2, cacheReadTokens: null },
  ...{ cacheWriteTokens: null, reasoningTokens: null, costUsd: 0.25, countsOn: true },
};
const thrifty = policies({ ...policy("shell"), dayBudgetUsd: 0.5 });

/** Ends the task's run, which says what it used. */
async function endWith(board: BoardUnderTest, taskId: string, usage: EndedUsage, elsewhereUsd = 0) {
  const run = await board.liveRun(taskId);
  await board.tick({
    closings: [{ run, ending: ending("completed"), treeGone: true }],
    usages: [{ run, usage }],
    policies: thrifty,
    spentElsewhere: new Map([["shell", elsewhereUsd]]),
  });
}

export function describeUsages(open: Open): void {
  describe("what an agent used", () => {
    test("stands beside how it was started, also where that is only found out at its end", async () => {
      const board = await open();
      const { task } = await board.work();
      const run = await board.liveRun(task.id);
      await board.tick({
        closings: [{ run, ending: ending("completed"), treeGone: true }],
        agents: [{ run, agent }],
        usages: [{ run, usage: used }],
      });
      const { countsOn, ...told } = used;
      expect((await board.store.listRuns(task.id))[0]?.usage).toEqual({ ...told, ...agent });
    });

    test("of a session that counts on is what each run has added", async () => {
      const board = await open();
      const added = [];
      for (const [costUsd, inputTokens] of [
        [0.25, 10],
        [0.75, 25],
      ] as const) {
        const { task } = await board.work();
        await endWith(board, task.id, { ...used, costUsd, inputTokens });
        added.push((await board.store.listRuns(task.id))[0]?.usage);
      }
      expect(added).toMatchObject([
        { costUsd: 0.25, inputTokens: 10, outputTokens: 2, reasoningTokens: null },
        { costUsd: 0.5, inputTokens: 15, outputTokens: 0, reasoningTokens: null },
      ]);
      expect((await board.store.sumUsages("profile"))[0]).toMatchObject({
        runs: 2,
        costUsd: 0.75,
        inputTokens: 25,
      });
      const midnight = new Date(board.clock.nowMs()).setHours(0, 0, 0, 0);
      expect([...(await board.store.sumSpent(["shell", "other"], midnight))]).toEqual([["shell", 0.75]]);
      expect([...(await board.store.sumSpent(["shell"], board.clock.nowMs() + 1))]).toEqual([]);
    });

    test("of a session that has begun to count anew is what it tells", async () => {
      const board = await open();
      for (const inputTokens of [10, 4]) {
        const { task } = await board.work();
        await endWith(board, task.id, { ...used, costUsd: null, inputTokens, outputTokens: 5 });
      }
      expect((await board.store.sumUsages("profile"))[0]).toMatchObject({
        inputTokens: 14,
        outputTokens: 10,
      });
    });

    test("pauses its profile until midnight when it comes, with the other boards', to the budget of a day", async () => {
      const board = await open();
      const { task } = await board.work();
      await endWith(board, task.id, used, 0.1);
      expect(await board.store.listPauses()).toEqual([]);
      const { task: next } = await board.work();
      await endWith(board, next.id, { ...used, session: "s-2", costUsd: 0.05 }, 0.2);
      const untilAtMs = new Date(board.clock.nowMs()).setHours(24, 0, 0, 0);
      const reason = "its budget of $0.50 a day is used up ($0.50, $0.20 of it on other boards)";
      expect(await board.store.listPauses()).toEqual([{ scope: "profile:shell", untilAtMs, reason }]);
    });
  });
}
