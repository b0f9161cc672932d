import { expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { makeTestBoard, type TestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { createShellTask } from "../support/run-all.ts";

const config = "[dispatch]\nmax_in_progress = 8\nmax_retries = 1\n";
/** About ten thousand lines a second, for two seconds, and then it fails. */
const noisy = `i=0
while [ $i -lt 20 ]; do
  seq -f 'line %g of a worker that cannot keep anything to itself' $((i * 1000 + 1)) $((i * 1000 + 1000))
  i=$((i + 1))
  sleep 0.1
done
exit 3`;

/** Ticks as long as the task runs, or for so many ticks; the milliseconds of a processor that the tick in the middle took. */
async function timeTicks({ context, store }: TestBoard, task: string, count: number): Promise<number> {
  const dispatcher = new Dispatcher(context);
  const took: number[] = [];
  await dispatcher.tick();
  while (took.length < count && (await store.requireTask(task)).status === "running") {
    const before = process.cpuUsage();
    await dispatcher.tick();
    const { user, system } = process.cpuUsage(before);
    took.push((user + system) / 1000);
    await Bun.sleep(10);
  }
  dispatcher.close();
  return took.sort((a, b) => a - b)[Math.floor(took.length / 2)] ?? Number.NaN;
}

test("a worker that writes ten thousand lines a second costs the dispatcher neither time nor memory", async () => {
  const quiet = await makeTestBoard({ config });
  const idleMs = await timeTicks(quiet, await createShellTask(quiet, "sleep 0.7"), 40);
  const board = await makeTestBoard({ config });
  const task = await createShellTask(board, noisy);
  const before = process.memoryUsage.rss();
  const noisyMs = await timeTicks(board, task, Number.POSITIVE_INFINITY);
  expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024);
  expect(noisyMs).toBeLessThan(idleMs * 5 + 20);

  const [run] = await eventually("it has failed", async () => {
    const runs = await board.store.listRuns(task);
    return runs[0]?.outcome === "crashed" ? runs : null;
  });
  const log = join(board.context.paths.runs, String(run?.id), "output.log");
  expect(statSync(log).size).toBeGreaterThan(1_000_000);
  const lines = (run?.error ?? "").split("\n");
  expect(lines.length).toBeLessThanOrEqual(13);
  expect(lines[0]).toContain("exit code 3");
  expect(lines.at(-1)).toBe("line 20000 of a worker that cannot keep anything to itself");
  expect((run?.error ?? "").length).toBeLessThan(2_200);
});
