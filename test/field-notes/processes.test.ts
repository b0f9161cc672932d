import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identifyProcess } from "../../native-shims/index.ts";

import type { TickReport } from "../../src/dispatcher/report/report.ts";
import { CommandLine, mainPath } from "../cli/command-line.ts";

import { person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { expectNoneLeft, processesOf, signalGroup } from "../support/processes.ts";
import { canMountSilently, canUnshare, mountSilently } from "./namespaces.ts";
import { Scene } from "./scene.ts";

const isLinux = process.platform === "linux";
const canRename = isLinux && canUnshare("--uts");
const canContain = isLinux && canUnshare("--pid", "--mount-proc");
const canStall = await canMountSilently();

// Skipped where we may not mount: the rule alone is tested under W12 in test/board.
test.skipIf(!canStall)(
  "W12: a worker that survives KILL keeps its claim, and the report says so, until it is gone",
  async () => {
    using scene = await Scene.open();
    const folder = join(scene.home, "silent");
    mkdirSync(folder);
    const mount = await mountSilently(folder);
    const id = await scene.create(`cat '${folder}/x'`);
    try {
      await eventually("it is mounted", mount.isMounted);
      const [spawned] = (await scene.tick()).spawned;
      await eventually("the worker waits for it", mount.isAsked);
      await scene.store.reclaimTask(id, null, person);
      expect((await scene.tick()).held).toMatchObject([{ taskId: id, reason: "stopping" }]);
      scene.clock.pass(1_000);
      await scene.tick();
      await eventually(
        "KILL has left the sleeper, its shim and the copier",
        () => scene.processes().length === 3,
      );
      scene.clock.pass(20_000);
      for (let round = 0; round < 3; round++) {
        const report = await scene.tick();
        expect(report.held).toMatchObject([{ taskId: id, reason: "unkillable" }]);
        expect([report.reclaimed, report.spawned]).toEqual([[], []]);
      }
      expect(await scene.store.requireTask(id)).toMatchObject({
        status: "running",
        currentRunId: spawned?.runId ?? 0,
      });
    } finally {
      await mount[Symbol.asyncDispose]();
    }
    const isOver = (report: TickReport) => report.reclaimed.length > 0;
    const after = (await scene.tickUntil("the sleeper is gone", isOver)).at(-1) as TickReport;
    expect(after.reclaimed).toMatchObject([{ taskId: id, status: "ready" }]);
    expect(after.spawned.map((run) => run.taskId)).toEqual([id]);
    await scene.tickUntil("the next run is over", (report) => report.crashed.length > 0);
  },
);

for (const what of ["running", "cancelled"] as const)
  test(`W14: a pid that was given to a stranger is neither trusted nor signalled: ${what}`, async () => {
    using scene = await Scene.open();
    const id = await scene.create(scene.gate());
    const [spawned] = (await scene.tick()).spawned;
    await eventually("the worker runs", () => scene.processes().length >= 2);
    const [live] = await scene.store.listLiveRuns();
    // A session of its own, so that its pid is the number of a group as well.
    const stranger = Bun.spawn(["sleep", "60"], { detached: true, stdio: ["ignore", "ignore", "ignore"] });
    try {
      // Ten clock ticks earlier: the two were not started in one, and the kernel gives no pid away so soon.
      const startTime = String(Number(live?.process?.startTime) - 10);
      const { pid } = stranger;
      scene.sql(
        "UPDATE kanbun_runs SET pid = ?, start_time = ? WHERE run_id = ?",
        pid,
        startTime,
        live?.runId ?? 0,
      );
      const start = scene.runPath(live?.runId, "start");
      const given = readFileSync(start, "utf8").replace(/^\d+ \d+/, `${pid} ${startTime}`);
      expect(given).toStartWith(`${pid} ${startTime}`);
      writeFileSync(start, given);
      signalGroup(spawned?.pid, "SIGKILL");
      await eventually("the worker is gone", () => scene.processes().length === 0);
      if (what === "cancelled") await scene.store.cancelTask(id, null, person);
      const report = await scene.tick({ max: 0 });
      expect(report.crashed.map((run) => run.taskId)).toEqual(what === "running" ? [id] : []);
      for (let round = 0; round < 3; round++) {
        scene.clock.pass(1_000);
        await scene.tick({ max: 0 });
      }
      expect(await scene.store.listLiveRuns()).toEqual([]);
      expect(identifyProcess(stranger.pid)).not.toBeNull();
      expect(stranger.exitCode).toBeNull();
    } finally {
      stranger.kill("SIGKILL");
      await stranger.exited;
    }
  });

test("W15: cancel ends what has left group and session and ignores TERM, and no group that is not ours", async () => {
  const kanbun = await CommandLine.init('[profiles.shell]\ngrace = "200ms"\n');
  const stubborn = "trap '' TERM HUP INT; sleep 600";
  const script = `trap '' TERM HUP INT
    setsid nohup sh -c "${stubborn}" >/dev/null 2>&1 &
    ( ( setsid sh -c "${stubborn}" & ) & )
    echo ready; ${stubborn}`;
  const id = await kanbun.create("x", "--run", script);
  await kanbun.ok("dispatch");
  await eventually("all of it runs", async () => {
    const said = (await kanbun.ok("log", id)).includes("ready");
    return said && sessionsOf(processesOf(kanbun.home)).size >= 3;
  });
  const bystander = Bun.spawn(["sleep", "60"], { stdio: ["ignore", "ignore", "ignore"] });
  try {
    expect((await kanbun.json(["cancel", id])).data).toMatchObject({ worker: "gone" });
    await expectNoneLeft(kanbun.home);
    expect(bystander.exitCode).toBeNull();
    expect(identifyProcess(bystander.pid)).not.toBeNull();
  } finally {
    bystander.kill("SIGKILL");
    await bystander.exited;
  }
});

function sessionsOf(pids: readonly number[]): Set<string> {
  const run = Bun.spawnSync(["ps", "-o", "sid=", "-p", pids.join(",") || "0"]);
  return new Set(run.stdout.toString().split(/\s+/).filter(Boolean));
}

/** A home with one worker at work, and a way to dispatch it from inside namespaces of its own. */
async function startWatchedWorker() {
  const kanbun = await CommandLine.init();
  const gate = join(kanbun.home, "gate");
  const id = await kanbun.create("x", "--run", `until [ -e '${gate}' ]; do sleep 0.02; done`);
  await kanbun.ok("dispatch");
  const before = await kanbun.task(id);
  const dispatchInside = async (options: readonly string[], prepare = ":") => {
    const script = `${prepare}; exec '${process.execPath}' '${mainPath}' dispatch --json`;
    const child = Bun.spawn(["unshare", ...options, "--fork", "sh", "-c", script], {
      env: { PATH: process.env.PATH ?? "", HOME: kanbun.home, KANBUN_HOME: kanbun.home },
      stdin: "ignore",
    });
    return JSON.parse(await child.stdout.text()).data.boards[0];
  };
  const expectUntouched = async () => {
    expect(await kanbun.task(id)).toEqual(before);
    expect(processesOf(kanbun.home).length).toBeGreaterThanOrEqual(2);
    await Bun.write(gate, "");
    await kanbun.ok("dispatch", "--until-idle");
    await using store = await kanbun.open();
    expect(await store.listRuns(id)).toMatchObject([{ outcome: "completed" }]);
  };
  return { id, dispatchInside, expectUntouched };
}

// Skipped where we may not make a namespace for host names.
test.skipIf(!canRename)("W16: another host name frees no claim of this machine", async () => {
  const { dispatchInside, expectUntouched } = await startWatchedWorker();
  const report = await dispatchInside(["--uts"], "echo renamed-host > /proc/sys/kernel/hostname");
  expect(report).toMatchObject({ lock: "taken", crashed: [], reclaimed: [], interrupted: [], spawned: [] });
  expect(report.held).toEqual([]);
  await expectUntouched();
});

// Skipped where we may not make a pid namespace.
test.skipIf(!canContain)(
  "W16: a container with the same host name leaves alone what it cannot see, and says so",
  async () => {
    const { id, dispatchInside, expectUntouched } = await startWatchedWorker();
    const report = await dispatchInside(["--pid", "--mount-proc"]);
    expect(report).toMatchObject({ lock: "taken", crashed: [], reclaimed: [], interrupted: [], spawned: [] });
    expect(report.held).toMatchObject([{ task_id: id, reason: "elsewhere" }]);
    await expectUntouched();
  },
);
