import { expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { TickStep } from "../../src/dispatcher/tick/tick-options.ts";
import { makeTestBoard, person, type TestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { processesOf } from "../support/processes.ts";
import { createShellTask, runAll } from "../support/run-all.ts";

const steps: readonly TickStep[] = [
  "locked",
  "looked",
  "applied",
  "signalled",
  "spawned",
  "recorded",
  "unlocked",
];

const config = `
[dispatch]
max_in_progress = 8
retry_delay = "10ms"
launch_grace = "150ms"
[profiles.shell]
grace = "200ms"
`;

/**
 * Six tasks, each of which keeps its own record: `mkdir` fails for a second live worker of the same task.
 * One is slow, one is cancelled while it runs, one fails once.
 */
async function makeWatchedBoard(): Promise<TestBoard & { readonly records: string; readonly ids: string[] }> {
  const board = await makeTestBoard({ config });
  const records = join(board.home, "records");
  mkdirSync(records);
  const guarded = (work: string) => `
    mkdir ${records}/live-$KANBUN_TASK || { echo two >> ${records}/violations; exit 1; }
    echo start $KANBUN_RUN >> ${records}/$KANBUN_TASK
    ${work}
    echo end $KANBUN_RUN >> ${records}/$KANBUN_TASK
    rmdir ${records}/live-$KANBUN_TASK`;
  const ids = [];
  for (const work of [":", "sleep 0.3", ":", ":", "sleep 0.1", ":"])
    ids.push(await createShellTask(board, guarded(work)));
  return { ...board, records, ids };
}

async function expectOneRunEach(board: Awaited<ReturnType<typeof makeWatchedBoard>>): Promise<void> {
  expect(existsSync(join(board.records, "violations"))).toBe(false);
  for (const id of board.ids) {
    const record = (await Bun.file(join(board.records, id)).text()).trim().split("\n");
    expect(record).toHaveLength(2); // started once, ended once
    expect(await board.store.requireTask(id)).toMatchObject({ status: "done", currentRunId: null });
    const completed = (await board.store.listRuns(id)).filter((run) => run.outcome === "completed");
    expect(completed).toHaveLength(1);
  }
  expect(await board.store.listLiveRuns()).toEqual([]);
  await eventually("no process is left", () => processesOf(board.home).length === 0);
}

function spawnTicker(board: TestBoard, step: TickStep, signal: "SIGKILL" | "SIGSTOP") {
  const program = join(import.meta.dir, "../fixtures/tick-to-step.ts");
  return Bun.spawn([process.execPath, program, board.home, step, signal], {
    stdout: "pipe",
    stderr: "inherit",
  });
}

test.each(steps)(
  "a dispatcher that is killed when it has %s leaves nothing undone and nothing done twice (W9)",
  async (step) => {
    const board = await makeWatchedBoard();
    const ticker = spawnTicker(board, step, "SIGKILL");
    await ticker.exited;
    expect(ticker.signalCode).toBe("SIGKILL");
    await runAll(board);
    await expectOneRunEach(board);
  },
);

test.each(steps)(
  "a dispatcher that is stopped when it has %s and continued later does no harm",
  async (step) => {
    const board = await makeWatchedBoard();
    const ticker = spawnTicker(board, step, "SIGSTOP");
    await eventually("the dispatcher stops", async () => (await stateOf(ticker.pid)) === "T");
    // Whoever stops with the lock keeps it: what is tested is that the fences do not need it.
    await runAll(board, 3_000, { withoutLock: true });
    process.kill(ticker.pid, "SIGCONT");
    expect(await ticker.exited).toBe(0);
    await runAll(board);
    await expectOneRunEach(board);
  },
);

test("a person who cancels while a dispatcher is stopped between claim and start is obeyed", async () => {
  const board = await makeWatchedBoard();
  const ticker = spawnTicker(board, "signalled", "SIGSTOP");
  await eventually("the dispatcher stops", async () => (await stateOf(ticker.pid)) === "T");
  const started = new Set<string>();
  for (const id of board.ids) if (existsSync(join(board.records, id))) started.add(id);
  const claimed = (await board.store.listTasks({ statuses: ["running"] })).find(
    (task) => !started.has(task.id),
  );
  await board.store.cancelTask(claimed?.id ?? "", null, person);
  await runAll(board, 3_000, { withoutLock: true });
  process.kill(ticker.pid, "SIGCONT");
  await ticker.exited;
  await runAll(board);
  expect(existsSync(join(board.records, claimed?.id ?? ""))).toBe(false);
  expect(await board.store.listLiveRuns()).toEqual([]);
});

async function stateOf(pid: number): Promise<string> {
  const stat = await Bun.file(`/proc/${pid}/stat`).text();
  return stat.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3);
}
