// One of several dispatchers on one board: works it off as fast as it can, started by a line on standard input.
// Arguments: the home. Says "ready", and at its end which tasks it started and when it last moved anything.
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { movedRuns } from "../../src/dispatcher/loop.ts";
import { benchHomeAt } from "../boards/bench-home.ts";
import { startEnded } from "../boards/stub-start.ts";

/** How long a loser of the lock waits before it tries again: four impatient loops, but none that spins. */
const patienceMs = 1;

const [home = ""] = process.argv.slice(2);
const started: string[] = [];
const dispatcher = new Dispatcher(benchHomeAt(home).context, {
  startWorkers: startEnded(({ taskId }) => started.push(taskId)),
});
await dispatcher.outlook(Date.now());
console.log("ready");
await Bun.stdin.stream().getReader().read();

let skipped = 0;
let lastMoveAtMs = 0;
for (;;) {
  const report = await dispatcher.tick();
  if (movedRuns(report).length > 0) lastMoveAtMs = performance.timeOrigin + performance.now();
  else if (!report.skippedLocked && (await dispatcher.outlook(Date.now())).liveHere === 0) break;
  if (report.skippedLocked) {
    skipped++;
    await Bun.sleep(patienceMs);
  }
}
dispatcher.close();
console.log(JSON.stringify({ started, skipped, lastMoveAtMs }));
