// One of several dispatchers on one board: works it off as fast as it can, started by a line on standard input.
// Arguments: a home of its own to warm up on, for a resident has been at work for long, and the home in question.
// Says "ready", and at its end which tasks it started and when it last moved anything.

import { CheckpointKeeper } from "../../src/dispatcher/checkpoint-keeper.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { movedRuns } from "../../src/dispatcher/report/report.ts";
import { benchHomeAt } from "../boards/bench-home.ts";
import { startEnded } from "../boards/stub-start.ts";

/** How long a loser of the lock waits before it tries again: twice as long each time, as a resident does. */
const patienceMs = { min: 1, max: 100 };

const [ownHome = "", home = ""] = process.argv.slice(2);
await workOff(await open(ownHome, () => {}));
const started: string[] = [];
const dispatcher = await open(home, ({ taskId }) => started.push(taskId));
console.log("ready");
await Bun.stdin.stream().getReader().read();
const lastMoveAtMs = await workOff(dispatcher);
console.log(JSON.stringify({ started, lastMoveAtMs }));

async function open(place: string, onClaim: (claim: { taskId: string }) => void): Promise<Dispatcher> {
  const opened = new Dispatcher(benchHomeAt(place).context, { startWorkers: startEnded(onClaim) });
  await opened.outlook(Date.now());
  return opened;
}

/** Until nothing is left to do; when anything was last done. */
async function workOff(one: Dispatcher): Promise<number> {
  const log = new CheckpointKeeper(one);
  let movedAtMs = 0;
  let waitMs = patienceMs.min;
  for (;;) {
    const report = await one.tick();
    if (report.skippedLocked) {
      await Bun.sleep(waitMs);
      waitMs = Math.min(2 * waitMs, patienceMs.max);
      continue;
    }
    waitMs = patienceMs.min;
    if (movedRuns(report).length > 0) {
      movedAtMs = performance.timeOrigin + performance.now();
      log.noteChange();
      await log.turn();
    } else if ((await one.outlook(Date.now())).liveHere === 0) break;
  }
  one.close();
  return movedAtMs;
}
