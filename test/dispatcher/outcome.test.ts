import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { nothingElsewhere } from "../../src/board/admission.ts";
import { explainHold } from "../../src/board/explain-hold.ts";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { profilePolicies, readAdmissionRules, retryPolicy } from "../../src/dispatcher/tick/policies.ts";
import type { ClaimHost } from "../../src/store/tick.ts";
import { RunDirectory } from "../../src/worker/run-directory.ts";
import { runMark } from "../../src/worker/spawn/environment.ts";
import { findMarked } from "../../src/worker/tree/run-tree.ts";
import { kanbunCommand, makeTestBoard, person, type TestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { expectNoneLeft, processesOf, signalGroup } from "../support/processes.ts";
import { createShellTask, runAll } from "../support/run-all.ts";
import { makeStandIns } from "../support/stand-ins.ts";
import { startMsMax } from "../support/start-time.ts";
import { lacksOnWindows } from "../windows/left-out.ts";

homesInMemory();

const policies = `
[dispatch]
max_in_progress = 8
retry_delay = "10ms"
rate_limit_delays = ["50ms"]
[profiles.shell]
grace = "200ms"
[profiles.verdict]
command = ["sh", "{body_file}"]
completes = "by-verdict"
grace = "300ms"
[profiles.short]
command = ["sh", "{body_file}"]
max_runtime = "${startMsMax + 700}ms"
grace = "200ms"
[profiles.beating]
command = ["sh", "{body_file}"]
stale_after = "${startMsMax + 700}ms"
grace = "100ms"
max_retries = 1
[profiles.missing]
command = ["no-such-program-anywhere"]
`;

/** Gives up what has not started, and claims nothing: whatever is started later is waited for, however long it takes. */
async function giveUpStarts({ context }: TestBoard): Promise<string[]> {
  const { dispatch, ...config } = context.loadConfig();
  const impatient = { ...config, dispatch: { ...dispatch, launchGraceMs: 1 } };
  const dispatcher = new Dispatcher({ ...context, loadConfig: () => impatient });
  const reports = [await dispatcher.tick({ max: 0 })];
  await eventually("it is given up", async () => {
    reports.push(await dispatcher.tick({ max: 0 }));
    return reports.some(({ interrupted }) => interrupted.length > 0);
  });
  dispatcher.close();
  return reports.flatMap(({ interrupted }) => interrupted.map((run) => run.taskId));
}

/** What a dispatcher leaves that dies between the claim and the spawn. */
async function claimAndDie({ store, context }: TestBoard, host: Partial<ClaimHost> = {}): Promise<void> {
  const config = context.loadConfig();
  await store.applyTick({
    nowMs: context.clock.nowMs(),
    monotonicMs: context.clock.monotonicMs(),
    random: () => 0,
    closings: [],
    stops: [],
    renewals: [],
    adopted: [],
    freed: [],
    policies: profilePolicies(config),
    defaultRetry: retryPolicy(config.dispatch),
    leaseMs: config.dispatch.leaseMs,
    foundScratch: [],
    removedScratch: [],
    reconcile: false,
    claims: {
      host: { ...thisHost(), ...host },
      max: 1,
      homeMax: 4,
      boardMax: null,
      elsewhere: nothingElsewhere,
    },
  });
}

function rulesOf({ store, context }: TestBoard) {
  return readAdmissionRules(store, {
    config: context.loadConfig(),
    host: thisHost(),
    nowMs: Date.now(),
    elsewhere: nothingElsewhere,
  });
}

test("a graph of commands is worked off in the order of its links", async () => {
  const board = await makeTestBoard();
  const shared = join(board.home, "shared");
  mkdirSync(shared);
  const place = { workspaceKind: "dir", workspacePath: shared } as const;
  const first = await createShellTask(board, "echo first >> order", place);
  const middles = [];
  for (const name of ["a", "b", "c"])
    middles.push(await createShellTask(board, `echo ${name} >> order`, { ...place, parents: [first] }));
  await createShellTask(board, "echo last >> order", { ...place, parents: middles });
  await runAll(board);
  const lines = (await Bun.file(join(shared, "order")).text()).trim().split("\n");
  expect([lines[0], lines[4]]).toEqual(["first", "last"]);
  expect(lines.slice(1, 4).sort()).toEqual(["a", "b", "c"]);
  expect((await board.store.getCounts()).byStatus).toEqual({ done: 5 });
});

test("a failing task is retried until the breaker blocks it, and stays blocked", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "echo it broke >&2; exit 3", { maxRetries: 3 });
  const reports = await runAll(board);
  const task = await board.store.requireTask(id);
  expect(task).toMatchObject({ status: "blocked", consecutiveFailures: 3 });
  expect(task.lastFailureError).toBe("exit code 3\nit broke");
  expect((await board.store.listRuns(id)).map((run) => run.outcome)).toEqual([
    "crashed",
    "crashed",
    "crashed",
  ]);
  expect(reports.flatMap((report) => report.gaveUp).map((run) => run.taskId)).toEqual([id]);
  await runAll(board);
  expect((await board.store.listRuns(id)).length).toBe(3);
});

test("a task with max_retries 1 is blocked by its first failure (W50)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "exit 1", { maxRetries: 1 });
  await runAll(board);
  expect((await board.store.listRuns(id)).length).toBe(1);
  expect((await board.store.requireTask(id)).status).toBe("blocked");
});

test("exit code 75 pauses the task and its profile, and counts as no failure (D4)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "mkdir tried 2>/dev/null && exit 75; exit 0");
  const reports = await runAll(board);
  expect(reports.flatMap((report) => report.rateLimited).map((run) => run.taskId)).toEqual([id]);
  expect((await board.store.listPauses()).map((pause) => pause.scope)).toEqual(["profile:shell"]);
  expect(await board.store.requireTask(id)).toMatchObject({ status: "done", consecutiveFailures: 0 });
});

test("a worker that leaves without the verdict it owes is blocked when max_retries is reached (W24)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "exit 0", { assignee: "verdict" });
  await runAll(board);
  expect((await board.store.listRuns(id)).map((run) => run.outcome)).toEqual(["crashed", "crashed"]);
  expect(await board.store.requireTask(id)).toMatchObject({ status: "blocked", consecutiveFailures: 2 });
});

test("a worker's own verdict is what its run ended with", async () => {
  const board = await makeTestBoard({ config: policies });
  const done = await createShellTask(board, `kanbun complete --summary "all good" --metadata '{"tests":7}'`, {
    assignee: "verdict",
  });
  const asks = await createShellTask(board, 'kanbun block "which way?" --kind needs_input; exit 9', {
    assignee: "verdict",
  });
  await runAll(board);
  const [run] = await board.store.listRuns(done);
  expect(run).toMatchObject({ outcome: "completed", summary: "all good", metadata: { tests: 7 } });
  expect(await board.store.requireTask(asks)).toMatchObject({ status: "blocked", blockKind: "needs_input" });
  expect((await board.store.listRuns(asks)).map((one) => one.outcome)).toEqual(["blocked"]);
  const actors = (await board.store.listEvents({ taskId: done })).map((event) => event.payload?.actor);
  expect(actors).toContain("worker:verdict");
});

test("a worker that runs too long is stopped with all it started, and its run is timed out (W15)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "trap '' TERM; setsid sleep 60 & (sleep 60 &) ; sleep 60", {
    assignee: "short",
    maxRetries: 1,
  });
  await runAll(board);
  expect((await board.store.listRuns(id)).map((run) => run.outcome)).toEqual(["timed_out"]);
  expect((await board.store.requireTask(id)).status).toBe("blocked");
  await expectNoneLeft(board.home);
});

test("a worker without a heartbeat is stale, which is no failure", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "mkdir tried 2>/dev/null || exit 0; sleep 60", {
    assignee: "beating",
  });
  // One that begins later than that has been silent for too long as well, and comes later each time.
  await runAll(board, 60_000);
  const outcomes = (await board.store.listRuns(id)).map((run) => run.outcome);
  expect(outcomes.filter((outcome) => outcome !== "stale")).toEqual(["completed"]);
  expect(outcomes).toContain("stale");
  expect((await board.store.requireTask(id)).status).toBe("done");
});

test("a profile whose program is not there fails to spawn, in words that say so (D5)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "", { assignee: "missing", maxRetries: 1 });
  const reports = await runAll(board);
  const [failed] = reports.flatMap((report) => report.spawnFailed);
  expect(failed).toMatchObject({ taskId: id, status: "blocked" });
  expect(failed?.error).toContain("no such command: `no-such-program-anywhere`");
});

test("a workspace folder that is not there fails to spawn", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "exit 0", {
    workspaceKind: "dir",
    workspacePath: join(board.home, "nowhere"),
    maxRetries: 1,
  });
  await runAll(board);
  const [run] = await board.store.listRuns(id);
  expect(run?.outcome).toBe("spawn_failed");
  expect(run?.error).toContain("no such directory");
});

test("one task that cannot be spawned does not keep the others from it", async () => {
  const board = await makeTestBoard({ config: policies });
  await createShellTask(board, "", { assignee: "missing", maxRetries: 1, priority: 9 });
  const fine = await createShellTask(board, "exit 0");
  await runAll(board);
  expect((await board.store.requireTask(fine)).status).toBe("done");
});

test("a worker that is killed with its shim is crashed, and what it left is ended before it runs again", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "mkdir tried 2>/dev/null || exit 0; setsid sleep 60 & sleep 60");
  const dispatcher = new Dispatcher(board.context);
  const [spawned] = (await dispatcher.tick()).spawned;
  const isWindows = process.platform === "win32";
  const processCount = isWindows ? 3 : 4; // no `setsid` there, and a job instead of a group
  await eventually("the worker and what it started", () => processesOf(board.home).length >= processCount);
  process.kill((spawned?.pid ?? 0) * (isWindows ? 1 : -1), "SIGKILL");
  dispatcher.close();
  await runAll(board);
  expect((await board.store.listRuns(id)).map((run) => run.outcome)).toEqual(["crashed", "completed"]);
  await expectNoneLeft(board.home);
});

test("a dispatcher that knows nothing of a worker reads its true exit code (W17)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "exit 7", { maxRetries: 1 });
  const first = new Dispatcher(board.context);
  const [spawned] = (await first.tick()).spawned;
  first.close();
  await eventually("the exit record", () =>
    existsSync(join(board.context.paths.runs, String(spawned?.runId), "exit")),
  );
  await runAll(board);
  expect((await board.store.listRuns(id))[0]?.error).toBe("exit code 7");
});

test("a run of an earlier boot is interrupted and ready at once (W22)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "exit 0");
  await claimAndDie(board, { bootId: "an-earlier-boot" });
  const reports = await runAll(board);
  expect(reports.flatMap((report) => report.interrupted).map((run) => run.taskId)).toEqual([id]);
  expect(await board.store.requireTask(id)).toMatchObject({ status: "done", consecutiveFailures: 0 });
});

test("a claim whose shim never started is given up after the launch grace, and its shim can never start (W9)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "exit 0");
  await claimAndDie(board);
  expect(await giveUpStarts(board)).toEqual([id]);
  expect(await Bun.file(join(board.context.paths.runs, "1", "start")).text()).toStartWith("given up ");
  await runAll(board);
  expect((await board.store.requireTask(id)).status).toBe("done");
});

test("a start that was given up while its dispatcher stood still is not made any more", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "exit 0");
  const dispatcher = new Dispatcher(board.context, {
    onStep: (step) => {
      if (step !== "signalled") return;
      using database = new Database(board.context.paths.database, { readonly: true });
      const [run] = database.query<{ token: string }, []>("SELECT token FROM kanbun_runs").all();
      new RunDirectory(board.context.paths.runs, 1, run?.token ?? "").tryGiveUpStart();
    },
  });
  expect((await dispatcher.tick()).spawned).toEqual([]);
  dispatcher.close();
  const reports = await runAll(board);
  expect(reports.flatMap((report) => report.interrupted).map((run) => run.taskId)).toEqual([id]);
  expect((await board.store.requireTask(id)).status).toBe("done");
});

test.skipIf(process.platform !== "win32")(
  "a shim that was made and never ran goes with its start when that is given up",
  async () => {
    const board = await makeTestBoard({ config: policies });
    await createShellTask(board, "exit 0");
    await claimAndDie(board);
    const [run] = await board.store.listLiveRuns();
    // As one whose dispatcher was killed before it let it run: it carries the mark, and does nothing.
    const shim = Bun.spawn([process.execPath, "-e", "setInterval(() => {}, 1000)"], {
      env: { ...process.env, [runMark]: run?.token },
    });
    await eventually("it is there", () => (findMarked(run?.token ?? "") ?? []).length === 1);
    await giveUpStarts(board);
    expect(await shim.exited).not.toBe(0);
  },
);

test("a run on another machine is left alone, and explained (W16)", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "exit 0");
  await claimAndDie(board, { host: "another-machine/pid:[1]", bootId: "its-boot" });
  const reports = await runAll(board);
  expect(reports.at(-1)?.held).toMatchObject([{ taskId: id, reason: "elsewhere" }]);
  expect((await board.store.requireTask(id)).status).toBe("running");
  const hold = explainHold(await board.store.requireHoldFacts(id, thisHost()), await rulesOf(board));
  expect(hold).toMatchObject({ reason: "claimed_elsewhere", command: `kanbun reclaim --dead ${id}` });
});

test("a task that a person cancels ends its worker and is never run again", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "trap '' TERM; while :; do sleep 1; done");
  const dispatcher = new Dispatcher(board.context);
  await dispatcher.tick();
  await eventually("the worker", () => processesOf(board.home).length >= 2);
  await board.store.cancelTask(id, "not wanted", person);
  await eventually("the worker is gone", async () => {
    await dispatcher.tick();
    return processesOf(board.home).length === 0 && (await board.store.listLiveRuns()).length === 0;
  });
  expect((await board.store.requireTask(id)).status).toBe("archived");
  expect((await board.store.listRuns(id)).map((run) => run.outcome)).toEqual(["cancelled"]);
  dispatcher.close();
});

test("a worker that was superseded is told so and changes nothing", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "sleep 60", { assignee: "verdict" });
  const dispatcher = new Dispatcher(board.context);
  await dispatcher.tick();
  const [live] = await board.store.listLiveRuns();
  const env = {
    ...process.env,
    KANBUN_HOME: board.home,
    KANBUN_BOARD: "default",
    KANBUN_TASK: id,
    KANBUN_RUN: "1",
  };
  await board.store.cancelTask(id, null, person);
  const late = Bun.spawnSync([...kanbunCommand, "complete", "--json"], {
    env: { ...env, KANBUN_TOKEN: live?.token ?? "", PATH: process.env.PATH ?? "" },
  });
  expect(late.exitCode).toBe(4);
  expect(JSON.parse(late.stdout.toString())).toMatchObject({ ok: false, error: { kind: "superseded" } });
  expect((await board.store.requireTask(id)).status).toBe("archived");
  await eventually("the worker is gone", async () => {
    await dispatcher.tick({ max: 0 });
    return processesOf(board.home).length === 0;
  });
  dispatcher.close();
});

test.skipIf(lacksOnWindows("signals"))(
  "a worker that is told to end together with its dispatcher's service is interrupted, which is no failure",
  async () => {
    const board = await makeTestBoard({ config: policies });
    const id = await createShellTask(board, "mkdir tried 2>/dev/null || exit 0; sleep 60");
    const env = { HOME: board.home, KANBUN_HOME: board.home, PATH: process.env.PATH ?? "" };
    const service = Bun.spawn([...kanbunCommand, "dispatch", "--watch"], { env, stdout: "ignore" });
    await eventually("the worker", () => existsSync(join(board.context.paths.workspaces, id, "tried")));
    // The worker may be at work before its dispatcher has written down which process it is.
    const shim = await eventually(
      "it is recorded",
      async () => (await board.store.listLiveRuns())[0]?.process,
    );
    service.kill("SIGKILL");
    await service.exited;
    signalGroup(shim.pid, "SIGTERM");
    await runAll(board);
    expect((await board.store.listRuns(id)).map((run) => run.outcome)).toEqual(["interrupted", "completed"]);
    expect((await board.store.requireTask(id)).consecutiveFailures).toBe(0);
  },
);

test.skipIf(lacksOnWindows("signals"))(
  "a worker that somebody tells to end while its dispatcher lives is crashed",
  async () => {
    const board = await makeTestBoard({ config: policies });
    const id = await createShellTask(board, "mkdir tried 2>/dev/null || exit 0; sleep 60");
    const dispatcher = new Dispatcher(board.context);
    const [spawned] = (await dispatcher.tick()).spawned;
    await eventually("the worker", () => existsSync(join(board.context.paths.workspaces, id, "tried")));
    signalGroup(spawned?.pid, "SIGTERM");
    dispatcher.close();
    await runAll(board);
    const [first] = await board.store.listRuns(id);
    expect(first).toMatchObject({
      outcome: "crashed",
      // Whoever sent it may have ended the one who copies the last words, too.
      error: expect.stringMatching(/^ended by SIGTERM \(exit code 143\)(\nTerminated)?$/),
    });
  },
);

test("a worker whose dispatcher died before it could record it is adopted by the next one, under its own pid", async () => {
  const board = await makeTestBoard({ config: policies });
  const id = await createShellTask(board, "until [ -e go ]; do sleep 0.02; done");
  const dying = new Dispatcher(board.context, {
    onStep: (step) => {
      if (step === "spawned") throw new Error("dies here");
    },
  });
  await expect(dying.tick()).rejects.toThrow("dies here");
  dying.close();
  expect((await board.store.requireTask(id)).workerPid).toBeNull();
  await eventually("it has started", () => processesOf(board.home).length >= 2);

  const next = new Dispatcher(board.context);
  await eventually("it is adopted", async () => {
    await next.tick();
    return (await board.store.requireTask(id)).workerPid !== null;
  });
  const [live] = await board.store.listLiveRuns();
  expect(processesOf(board.home)).toContain(live?.process?.pid ?? 0);
  await next.tick();
  next.close();
  await Bun.write(join(board.context.paths.workspaces, id, "go"), "");
  await runAll(board);
  const events = (await board.store.listEvents({ taskId: id })).map((event) => event.kind);
  expect(events).toEqual(["created", "claimed", "spawned", "completed"]);
});

test.skipIf(process.platform === "win32")(
  "an agent whose dispatcher died before it could record it keeps its name, its level and its session",
  async () => {
    const path = makeStandIns(makeTestHome(), "claude");
    const config = `[profiles.claude]\nagent = "claude"\nenv = { PATH = ${JSON.stringify(path)} }\n`;
    const board = await makeTestBoard({ config });
    const { task } = await board.store.createTask(
      { title: "x", body: "act: good", assignee: "claude" },
      person,
    );
    const dying = new Dispatcher(board.context, {
      onStep: (step) => {
        if (step === "spawned") throw new Error("dies here");
      },
    });
    await expect(dying.tick()).rejects.toThrow("dies here");
    dying.close();
    await runAll(board);
    const [run] = await board.store.listRuns(task.id);
    expect(run).toMatchObject({
      outcome: "completed",
      usage: { agent: "claude", costUsd: 0.25, workspacePath: expect.stringContaining(task.id) },
    });
    expect(run?.usage?.permissions).toStartWith("edit: ");
    expect(run?.usage?.session).toMatch(/^[0-9a-f-]{36}$/);
  },
);
