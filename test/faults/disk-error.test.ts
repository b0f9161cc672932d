import { describe, expect, test } from "bun:test";
import { CommandLine, forAll } from "../cli/command-line.ts";
import { expectInvariants } from "../store/invariants.ts";
import { checkIntegrity } from "../store/sqlite/board.ts";
import { makeTestBoard, person, type TestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { processesOf } from "../support/processes.ts";
import { createShellTask, runAll } from "../support/run-all.ts";
import { FailingDisk, noFailingDisk } from "./failing-disk.ts";

const config = `
[dispatch]
max_in_progress = 8
retry_delay = "10ms"
launch_grace = "100ms"
`;

interface Ran {
  readonly board: TestBoard;
  /** One that was acknowledged before. */
  readonly task: string;
  readonly code: number;
}

/**
 * Runs the command, each time on a fresh board and with another of its writes and syncs failing, and lets `check` see what
 * is left. How often, and how often it ended with an error of ours.
 */
async function failSome(command: readonly string[], check: (ran: Ran) => Promise<void>) {
  const disk = new FailingDisk();
  let refused = 0;
  const run = async (call: number) => {
    const board = await makeTestBoard({ home: makeTestHome(), config });
    const task = await createShellTask(board, "exit 0", { title: "before" });
    // Whoever closes a board last also writes its log back: that is to fail as well.
    board.store.close();
    const { env, readCalls } = disk.prepare(`${board.home}/kanban.db`, call);
    const { code, error, data } = await new CommandLine(board.home).json(command, { env });
    if (code !== 0) {
      refused += 1;
      if (error !== null)
        expect({ call, kind: error.kind }).toEqual({
          call,
          kind: expect.stringMatching(/^(unwritable|damaged)$/),
        });
      // A tick that failed after it had done something tells that, and the fault beside it.
      const told = error?.message ?? data.boards[0].findings.find(isFaultOfBoard)?.detail;
      expect({ call, told }).toEqual({ call, told: expect.stringContaining(board.home) });
    }
    const store = await board.context.openStore(board.context.place);
    expect(checkIntegrity(board.context.paths.database)).toBe("ok");
    await check({ board: { ...board, store }, task, code });
    await expectInvariants(store);
    store.close();
    return readCalls();
  };
  const calls = chooseCalls(await run(0));
  await forAll(calls, run);
  return { calls: calls.length, refused };
}

const isFaultOfBoard = ({ about }: { about: string }) => about === "board";

/** Every sync, where writes of one file begin and end, and some of those between. */
function chooseCalls(made: readonly string[]): number[] {
  return made.flatMap((name, index) => {
    const isEdge = name !== made[index - 1] || name !== made[index + 1];
    return name.startsWith("sync") || isEdge || index % 15 === 0 ? [index + 1] : [];
  });
}

describe.skipIf(noFailingDisk !== "")(`a disk that gives an error${noFailingDisk}`, () => {
  test("at some write or sync of a create leaves a sound board, with the task exactly if it was acknowledged", async () => {
    const seen = await failSome(["create", "asked for"], async ({ board: { store }, task, code }) => {
      const titles = (await store.listTasks({})).map(({ title }) => title);
      expect({ code, titles: titles.sort() }).toEqual({
        code,
        titles: code === 0 ? ["asked for", "before"] : ["before"],
      });
      await store.addComment(task, "it goes on", person);
    });
    expect(seen.refused).toBeGreaterThan(5);
    expect(seen.calls).toBeGreaterThan(seen.refused);
  });

  test("at some write or sync of a tick keeps no task from its end, and does none twice", async () => {
    const seen = await failSome(["dispatch"], async ({ board, task }) => {
      await runAll(board);
      const outcomes = (await board.store.listRuns(task)).map((run) => run.outcome);
      expect(outcomes.at(-1)).toBe("completed");
      expect(new Set(outcomes).difference(new Set(["completed", "interrupted"]))).toEqual(new Set());
      expect(outcomes.filter((outcome) => outcome === "completed")).toHaveLength(1);
      await eventually("no process is left", () => processesOf(board.home).length === 0);
    });
    expect(seen.refused).toBeGreaterThan(5);
    expect(seen.calls).toBeGreaterThan(seen.refused);
  });
});
