// Dispatchers of several homes in one process, whose workers are no processes. Arguments: for how many milliseconds a worker
// works, and the homes as JSON. Ends with SIGTERM.
import { appendFileSync } from "node:fs";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { WakeUp } from "../../src/dispatcher/resident/wake-up.ts";
import { watchBoards } from "../../src/dispatcher/resident/watch.ts";
import { makeDispatchContext } from "../../src/home/dispatch/dispatch-context.ts";
import { HostPresence } from "../../src/home/dispatch/host-presence.ts";
import { Home } from "../../src/home/session/home.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import { startPassing } from "../boards/stub-start.ts";
import { type CrowdHome, crowdBoard, environmentOfCrowd } from "./crowd-home.ts";
import { ledgerLine } from "./ledger.ts";

const [workMs = "", homesText = "[]"] = process.argv.slice(2);
const homes: readonly CrowdHome[] = JSON.parse(homesText);
const ending = new AbortController();
process.on("SIGTERM", () => ending.abort());
const failures: string[] = [];
await Promise.all(homes.map(dispatch));
if (failures.length > 0)
  console.error(`crowd: ${failures.length} ticks or beats failed, such as: ${failures[0]}`);
process.exit(0);

/** As a resident does it, but for the socket of its workers. */
async function dispatch(place: CrowdHome): Promise<void> {
  const env = environmentOfCrowd(place);
  const home = new Home({ home: place.home, board: crowdBoard }, env);
  const presence = new HostPresence(home);
  const wakeUp = new WakeUp();
  const wake = () => wakeUp.forBoard(crowdBoard);
  const context = makeDispatchContext(place.home, crowdBoard, env, () => ["kanbun"], {
    presence,
    findWorkerSocket: () => null,
  });
  const startWorkers = startPassing(Number(workMs), ({ taskId }) =>
    appendFileSync(place.ledger, ledgerLine(taskId)),
  );
  const dispatcher = new Dispatcher(context, { onWorkerExit: wake, startWorkers });
  const onError = (_: string, error: unknown) => {
    failures.push(error instanceof Error ? error.message : String(error));
  };
  await presence.begin([crowdBoard], {
    stays: true,
    countAtWork: () => dispatcher.atWork,
    onTrouble: onError,
    onWake: wake,
  });
  const { intervalMs } = (await home.place.configAsFarAsItGoes()).dispatch;
  await watchBoards(() => [dispatcher], wakeUp, {
    nowMs: () => systemClock.nowMs(),
    intervalMs,
    signal: ending.signal,
    onReport: () => {},
    onError,
  });
  await presence.leave();
  await dispatcher.close();
}
