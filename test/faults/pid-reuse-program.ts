// In a pid namespace of its own: kills the worker of the home argv[2], with its shim, gives their pid to a stranger that
// leads a group of its own, ticks, and says what became of both.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identifyProcess } from "../../native-shims/index.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { person, testContext } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";

const [home = ""] = process.argv.slice(2);
const context = testContext(home);
const store = await context.openStore(context.place);
const begun = join(home, "begun");
const body = `touch ${begun}; sleep 30`;
const { task } = await store.createTask({ title: "t", body, assignee: "shell" }, person);
const dispatcher = new Dispatcher(context);
const [spawned] = (await dispatcher.tick()).spawned;
if (spawned === undefined) throw new Error("nothing was spawned");
const shim = await eventually("the shim", () => identifyProcess(spawned.pid));
await eventually("the worker begins", () => existsSync(begun));

process.kill(-shim.pid, "SIGKILL");
await eventually("the worker is gone", () => identifyProcess(shim.pid) === null);
// The kernel tells start times in hundredths of a second: within one of them two processes look alike.
const { monotonicMs } = context.clock;
const goneAtMs = monotonicMs();
await eventually("another hundredth of a second", () => monotonicMs() >= goneAtMs + 20);
const stranger = await takePid(shim.pid);
const start = identifyProcess(stranger.pid)?.startTime;
const reports = [await dispatcher.tick({ max: 0 }), await dispatcher.tick({ max: 0 })];
dispatcher.close();
const runs = await store.listRuns(task.id);
store.close();
console.log(
  JSON.stringify({
    isSamePid: stranger.pid === shim.pid,
    isOtherStart: start !== shim.startTime,
    crashed: reports.flatMap((report) => report.crashed.map((run) => run.taskId)).length,
    outcomes: runs.map((run) => run.outcome),
    strangerLives: identifyProcess(stranger.pid)?.startTime === start && stranger.signalCode === null,
  }),
);
stranger.kill("SIGKILL");
await stranger.exited;

/** The kernel gives out the number after the last one, if it is free. */
async function takePid(pid: number) {
  for (let tries = 0; tries < 200; tries++) {
    writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1));
    const child = Bun.spawn(["sleep", "30"], { detached: true, stdin: "ignore", stdout: "ignore" });
    if (child.pid === pid) return child;
    child.kill("SIGKILL");
    await child.exited;
  }
  throw new Error(`the pid ${pid} was never given out again`);
}
