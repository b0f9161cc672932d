import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ProcessRef, probeProcess, signalProcess } from "../../native-shims/index.ts";
import type { RunOutcome } from "../../src/board/run.ts";
import type { NewTask } from "../../src/board/task.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import type { BoardStore } from "../../src/store/store.ts";
import { RunDirectory } from "../../src/worker/run-directory.ts";
import { person, testContext } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { eventuallyMsMax } from "../support/patience.ts";
import { Arena, launchGraceMs, makeRoot, removeRoot } from "./orphan-repro/arena.ts";
import { readBoardFacts } from "./orphan-repro/board-facts.ts";
import { Wards } from "./orphan-repro/wards.ts";
import { readWorkHistory } from "./orphan-repro/work-history.ts";
import type { Role } from "./soak/hits.ts";
import { recover } from "./soak/recovery.ts";
import { findMarked, listRunProcesses } from "./soak/run-processes.ts";

let root: string;
let arena: Arena;
let store: BoardStore;
let dispatcher: Dispatcher;
let wards: Wards;

beforeEach(async () => {
  root = makeRoot("sweep");
  arena = await Arena.make(root, "sweep");
  wards = new Wards();
  wards.addHome(arena.home);
  store = await arena.open("write");
  dispatcher = new Dispatcher(testContext(arena.home));
});

afterEach(() => {
  dispatcher.close();
  store.close();
  wards.endAll();
  removeRoot(root);
});

/** One tick that starts a task which lasts for longer than any test; once more it would be quick. */
async function startTask(task: Partial<NewTask> = {}): Promise<string> {
  const { id } = (await store.createTask({ title: "slow", body: "60", assignee: "racer", ...task }, person))
    .task;
  expect((await dispatcher.tick()).spawned).toHaveLength(1);
  await store.editTask(id, { body: "0" }, person);
  return id;
}

async function hasBegun(): Promise<void> {
  await eventually("the worker says that it has begun", () => countBegun() > 0);
}

function countBegun(): number {
  return arena.workers.read().filter(([verb]) => verb === "begin").length;
}

function find(role: Role): ProcessRef {
  const found = listRunProcesses(arena.home).find((process) => process.role === role);
  if (found === undefined) throw new Error(`there is no ${role}`);
  return found.ref;
}

async function kill(ref: ProcessRef): Promise<void> {
  signalProcess(ref, "SIGKILL");
  await eventually("it is dead", () => probeProcess(ref) === "dead");
}

/** Recovery ticks, and then: these outcomes and no other, one live worker at most, nothing left. */
async function expectOutcomes(id: string, ...outcomes: RunOutcome[]): Promise<void> {
  await recover(arena, eventuallyMsMax);
  const facts = await readBoardFacts(arena);
  expect(facts.runs.map((run) => run.outcome)).toEqual(outcomes);
  expect(facts).toMatchObject({ notDone: [], liveRuns: 0, integrity: "ok" });
  expect((await store.requireTask(id)).currentRunId).toBeNull();
  expect(readWorkHistory(arena.workers, facts.runs).twoAtOnce).toEqual([]);
  await eventually("no process is left", () => findMarked(arena.home).length === 0);
}

test("a worker that is killed is crashed by that signal, and runs again", async () => {
  const id = await startTask();
  await hasBegun();
  await kill(find("worker"));
  await expectOutcomes(id, "crashed", "completed");
  expect((await store.listRuns(id))[0]?.error).toStartWith("ended by SIGKILL (exit code 137)");
  expect(countBegun()).toBe(2);
});

test("what a killed worker leaves behind is ended before the task runs again", async () => {
  const id = await startTask({ title: "fails-escaping" });
  await eventually("something is left behind", () =>
    arena.workers.read().some(([verb]) => verb === "linger"),
  );
  await expectOutcomes(id, "crashed", "completed");
  expect((await store.listRuns(id))[0]?.error).toStartWith("exit code 5");
});

test("the worker of a shim that is killed alone is ended before the task runs again", async () => {
  const id = await startTask();
  await hasBegun();
  const worker = find("worker");
  await kill(find("shim"));
  expect(probeProcess(worker)).toBe("alive");
  await expectOutcomes(id, "crashed", "completed");
  expect(probeProcess(worker)).toBe("dead");
  expect((await store.listRuns(id))[0]?.error).toContain("its shim was killed");
});

test("a stopped worker whose shim is killed is ended before the task runs again", async () => {
  const id = await startTask();
  await hasBegun();
  const worker = find("worker");
  signalProcess(worker, "SIGSTOP");
  await kill(find("shim"));
  await expectOutcomes(id, "crashed", "completed");
  expect(probeProcess(worker)).toBe("dead");
});

test("a stopped worker is not taken for a dead one, and goes on where it was", async () => {
  // Long enough to be there still when it is stopped, on a machine that has much to do.
  const id = await startTask({ body: "5" });
  await hasBegun();
  const worker = find("worker");
  signalProcess(worker, "SIGSTOP");
  await tickBeyondGrace();
  expect(probeProcess(worker)).toBe("alive");
  signalProcess(worker, "SIGCONT");
  await expectOutcomes(id, "completed");
  expect(countBegun()).toBe(1);
});

test("a worker that is stopped for longer than its time is timed out, and ended before the task runs again", async () => {
  const id = await startTask({ maxRuntimeMs: 1_000 });
  await hasBegun();
  const worker = find("worker");
  signalProcess(worker, "SIGSTOP");
  await expectOutcomes(id, "timed_out", "completed");
  expect(probeProcess(worker)).toBe("dead");
});

test("a shim that is killed between its start mark and its worker fails its run, or nothing had begun; no worker comes of it", async () => {
  const { id } = (await store.createTask({ title: "slow", body: "0", assignee: "racer" }, person)).task;
  const outcomes: RunOutcome[] = [];
  // What such a shim leaves: its name, and then the room for its end.
  for (const [run, room] of ["", " ".repeat(79)].entries()) {
    const { path } = new RunDirectory(arena.paths.runs, run + 1, null);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "exit"), room);
    writeFileSync(join(path, "start"), "");
    await eventually("it is claimed", async () => {
      await dispatcher.tick();
      return (await store.listRuns(id)).length > run;
    });
    const [live] = await store.listLiveRuns();
    writeFileSync(join(path, "start"), `4194305 1 ${live?.token} root\n`);
    outcomes.push(run === 0 ? "interrupted" : "crashed");
  }
  await expectOutcomes(id, ...outcomes, "completed");
  expect(countBegun()).toBe(1);
});

/** Someone else's ticks, for long enough to give up on whatever has not started. */
async function tickBeyondGrace(): Promise<void> {
  const deadline = performance.now() + 3 * launchGraceMs;
  while (performance.now() < deadline) {
    await dispatcher.tick();
    await Bun.sleep(10);
  }
}
