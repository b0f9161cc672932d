import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { hostIdentity, probeProcess } from "../../native-shims/index.ts";
import { relateHosts } from "../../src/board/host.ts";
import { thisHost } from "../../src/dispatcher/host.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import { openBoard } from "../../src/store/sqlite/open.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { CommandLine, mainPath } from "../cli/command-line.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { killProcessesOf } from "../support/processes.ts";
import { canUnshare } from "./namespaces.ts";
import { Scene } from "./scene.ts";

const canContain = canUnshare("--pid", "--mount", "--mount-proc");
const clockPath = resolve(import.meta.dir, "../../src/home/session/system-clock.ts");
const bootIdPath = "/proc/sys/kernel/random/boot_id";
const inContainer = ["--pid", "--mount-proc", "--kill-child"];

/** A shell in namespaces of its own, with the home in its environment. */
function startInside(home: string, options: readonly string[], script: string) {
  return Bun.spawn(["unshare", "--mount", ...options, "--fork", "sh", "-c", script], {
    env: { PATH: process.env.PATH ?? "", HOME: home, KANBUN_HOME: home },
    stdin: "ignore",
    stdout: "pipe",
  });
}

/** What one tick that starts nothing reports from inside namespaces. */
async function dispatchInside(home: string, options: readonly string[], prepare = ":") {
  const script = `${prepare}; exec '${process.execPath}' '${mainPath}' dispatch --max 0 --json`;
  return JSON.parse(await startInside(home, options, script).stdout.text()).data.boards[0];
}

/** A home with a worker that waits at a gate, started by a dispatcher of a container that goes on. */
async function startContainer() {
  const kanbun = await CommandLine.init('[profiles.shell]\ngrace = "300ms"\n');
  const gate = join(kanbun.home, "gate");
  const working = join(kanbun.home, "working");
  const script = `: >'${working}'; until [ -e '${gate}' ]; do sleep 0.02; done`;
  const id = await kanbun.create("x", "--run", script);
  const dispatching = `'${process.execPath}' '${mainPath}' dispatch --json; sleep 1000`;
  const container = startInside(kanbun.home, inContainer, dispatching);
  const outcomes = async () => {
    await using store = await kanbun.open();
    return (await store.listRuns(id)).map((run) => [run.outcome, run.error]);
  };
  await eventually("its dispatcher knows its worker, and that works", async () => {
    if (!existsSync(working)) return false;
    await using store = await kanbun.open();
    return (await store.listLiveRuns()).some((run) => run.process !== null);
  });
  return { kanbun, id, gate, container, outcomes };
}

describe.skipIf(!canContain)("X18: a container", () => {
  test("X18: that was started anew finds the runs of its last start interrupted, and ready again", async () => {
    const { kanbun, id, gate, container, outcomes } = await startContainer();
    const before = await dispatchInside(kanbun.home, inContainer);
    expect(before.held).toMatchObject([{ task_id: id, reason: "elsewhere" }]);

    container.kill("SIGKILL");
    await container.exited;
    expect(await kanbun.ok("explain", id)).toContain("has ended");
    const after = await dispatchInside(kanbun.home, inContainer);
    expect(after).toMatchObject({ interrupted: [{ task_id: id, status: "ready" }], crashed: [] });
    expect(await outcomes()).toEqual([["interrupted", "the container that it ran in is gone"]]);

    await Bun.write(gate, "");
    await kanbun.ok("dispatch", "--until-idle");
    expect((await outcomes()).map(([outcome]) => outcome)).toEqual(["interrupted", "completed"]);
  });

  test("X18: whose shim alone was killed is not taken for one that is gone while its worker lives", async () => {
    const { kanbun, id, outcomes } = await startContainer();
    const [shim] = Bun.spawnSync(["pgrep", "-f", `kanbun-run ${kanbun.home}/kanban/runs/1 `])
      .stdout.toString()
      .split("\n");
    process.kill(Number(shim), "SIGKILL");
    const report = await dispatchInside(kanbun.home, inContainer);
    expect(report).toMatchObject({ interrupted: [], crashed: [], spawned: [] });
    expect(report.held).toMatchObject([{ task_id: id, reason: "elsewhere" }]);
    expect(await outcomes()).toEqual([[null, null]]);
  });

  test("X18: that ended between claim and start leaves a run that is given up after the launch grace", async () => {
    using scene = await Scene.open();
    const id = await scene.create("true");
    await scene.claimAndDie(1, { host: "its-name/pid:[1]@2" });
    await Bun.write(join(boardPaths(scene.home, "default").runs, "1", "body"), "true");
    expect((await scene.tick()).held).toMatchObject([{ taskId: id, reason: "launching" }]);
    scene.clock.pass(3_600_000);
    expect((await scene.tick()).interrupted).toMatchObject([{ taskId: id }]);
  });
});

test("X18: a pid namespace is known by its first process too: its number comes back", async () => {
  using scene = await Scene.open();
  const id = await scene.create(scene.gate());
  await scene.tick();
  const [run] = await scene.store.listLiveRuns();
  await eventually("its worker runs", () => run?.process && probeProcess(run.process) === "alive");
  const { host, bootId } = thisHost();
  const earlier = host.replace(/@.*/, "@1");
  expect(relateHosts({ host: earlier, bootId }, { host, bootId })).toBe("other_namespace");
  scene.sql("UPDATE kanbun_runs SET host = ?", earlier);
  expect((await scene.tick()).held).toMatchObject([{ taskId: id, reason: "elsewhere" }]);
  killProcessesOf(scene.home);
  await eventually("all of it is gone", async () => (await scene.tick({ max: 0 })).interrupted.length === 1);
  expect(await scene.outcomes(id)).toEqual(["interrupted"]);
});

describe("X51: a machine", () => {
  test.skipIf(!canContain)(
    "X51: that was cloned from the same image does not close a living run as rebooted",
    async () => {
      const kanbun = await CommandLine.init();
      const gate = join(kanbun.home, "gate");
      const id = await kanbun.create("x", "--run", `until [ -e '${gate}' ]; do sleep 0.02; done`);
      await kanbun.ok("dispatch");
      const otherBoot = join(kanbun.home, "boot_id");
      await Bun.write(otherBoot, "11111111-2222-3333-4444-555555555555\n");
      const report = await dispatchInside(kanbun.home, [], `mount --bind '${otherBoot}' ${bootIdPath}`);
      expect(report).toMatchObject({ interrupted: [], crashed: [], spawned: [] });
      expect(report.held).toMatchObject([{ task_id: id, reason: "elsewhere" }]);
      await Bun.write(gate, "");
      await kanbun.ok("dispatch", "--until-idle");
      expect((await kanbun.task(id)).status).toBe("done");
    },
  );
});

test("X52: a run that is closed from another machine has the time of no other clock, and leaves after its grace", async () => {
  using scene = await Scene.open();
  const id = await scene.create(scene.gate());
  await scene.tick();
  const { database, initLock } = boardPaths(scene.home, "default");
  const clock = {
    nowMs: () => systemClock.nowMs() + 3_600_000,
    monotonicMs: () => 40 * 86_400_000 + systemClock.monotonicMs(),
    bootId: "another machine's",
  };
  {
    await using elsewhere = await openBoard({ path: database, initLockPath: initLock, clock, mode: "write" });
    await elsewhere.completeTask(id, {}, { actor: "ada", force: true });
  }
  expect(await scene.store.listLiveRuns()).toMatchObject([{ isOpen: false, endedAtMonotonicMs: null }]);
  await scene.tickUntil("its worker has left", async () => (await scene.store.listLiveRuns()).length === 0);
});

test.skipIf(!canContain)("X49: the time since boot is the kernel's, whatever /proc/uptime says", async () => {
  const home = makeTestHome();
  const script = `f=$(mktemp); echo '5.00 5.00' >$f; mount --bind $f /proc/uptime; rm $f
exec '${process.execPath}' -e 'import { systemClock } from "${clockPath}"; console.log(systemClock.monotonicMs())'`;
  const before = systemClock.monotonicMs();
  const inside = Number(await startInside(home, [], script).stdout.text());
  expect(inside).toBeGreaterThan(before);
  expect(inside).toBeLessThan(systemClock.monotonicMs());
});

test("X18: the name of a host says which start of its pid namespace it is, where there are such", () => {
  const { pidNamespace } = hostIdentity();
  if (process.platform === "linux") expect(pidNamespace).toMatch(/^pid:\[\d+\]@\d+$/);
  else expect(pidNamespace).toBe("");
});
