// Works off argv[4] tasks of the home argv[2] as a resident does, and appends to argv[3] a line for each report that it is
// given of a tick that has moved any.
import { appendFileSync, closeSync, openSync } from "node:fs";
import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import { hasMovedTasks } from "../../../src/dispatcher/report/report.ts";
import { WakeUp } from "../../../src/dispatcher/resident/wake-up.ts";
import { watchBoards } from "../../../src/dispatcher/resident/watch.ts";
import { person, testContext } from "../../support/board.ts";

const [home = "", acknowledgements = "", count = ""] = process.argv.slice(2);
const context = testContext(home);
const store = await context.openStore(context.place);
for (let index = 0; index < Number(count); index++)
  await store.createTask({ title: `task ${index}`, body: ":", assignee: "shell" }, person);
store.close();

const descriptor = openSync(acknowledgements, "a");
const wakeUp = new WakeUp();
const stop = new AbortController();
const dispatcher = new Dispatcher(context, { onWorkerExit: wakeUp.now });
let completed = 0;
await watchBoards(() => [dispatcher], wakeUp, {
  nowMs: () => Date.now(),
  intervalMs: 1_000,
  signal: stop.signal,
  max: 2,
  onReport: (report) => {
    if (hasMovedTasks(report)) appendFileSync(descriptor, `${report.completed.length}\n`);
    completed += report.completed.length;
    if (completed === Number(count)) stop.abort();
  },
  onError: (_, error) => {
    throw error;
  },
});
dispatcher.close();
closeSync(descriptor);
