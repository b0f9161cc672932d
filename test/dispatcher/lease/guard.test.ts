import { describe, expect, test } from "bun:test";
import { closeSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  readUptimeMs,
  type StartedTree,
  startTree,
  tryLockFile,
  whyNoTrees,
} from "../../../native-shims/index.ts";
import { guardWord } from "../../../src/dispatcher/lease/guard-word.ts";
import { guardLockPath } from "../../../src/dispatcher/lease/lease-files.ts";
import { boardPaths } from "../../../src/system/home/board-paths.ts";
import { LeaseFile, leaseMark } from "../../../src/worker/lease/lease-file.ts";
import { RunDirectory } from "../../../src/worker/run-directory.ts";
import { shimArguments } from "../../../src/worker/shim/shim.ts";
import { eventually } from "../../support/eventually.ts";
import { makeTestHome } from "../../support/home.ts";
import { findMarkedProcesses } from "../../support/marked-processes.ts";

const main = resolve(import.meta.dir, "../../../src/cli/main.ts");

interface LeasedRun {
  readonly directory: RunDirectory;
  readonly tree: StartedTree;
}

/** A run as a dispatcher starts it under a lease. */
function startRun(home: string, lease: LeaseFile, runId: number, script: string): LeasedRun {
  const token = `token${runId}`;
  const directory = new RunDirectory(boardPaths(home, "default").runs, runId, token);
  directory.make();
  const logFd = directory.openLog();
  const command = shimArguments(
    {
      runFolder: directory.path,
      inputPath: "/dev/null",
      cwd: home,
      worktree: null,
      copier: "/usr/bin/tee",
      command: ["/bin/sh", "-c", script],
    },
    [],
  );
  const env = {
    PATH: "/usr/bin:/bin",
    KANBUN_HOME: home,
    KANBUN_BOARD: "default",
    KANBUN_RUN: String(runId),
    KANBUN_TOKEN: token,
    [leaseMark]: lease.path,
  };
  try {
    return { directory, tree: startTree({ command, env, logFd }) };
  } finally {
    closeSync(logFd);
  }
}

function makeLease(): { home: string; lease: LeaseFile } {
  const home = makeTestHome();
  return { home, lease: new LeaseFile(join(home, "kanban", "leases", "team", "0")) };
}

const startGuard = (home: string, lease: LeaseFile) =>
  Bun.spawn([process.execPath, main, guardWord, home, lease.path], {
    stdio: ["ignore", "inherit", "inherit"],
  });

const isGuarded = (lease: LeaseFile): boolean => {
  const lock = tryLockFile(guardLockPath(lease.path));
  lock?.release();
  return lock === null;
};

const marked = (lease: LeaseFile) => findMarkedProcesses(leaseMark, lease.path);

describe.skipIf(whyNoTrees() !== null)("the guard of a lease", () => {
  test("kills by KILL all that was started under it, whatever it did to hide, when it is over, and then ends", async () => {
    const { home, lease } = makeLease();
    lease.write(readUptimeMs() + 600_000);
    const guard = startGuard(home, lease);
    const beat = (name: string) => join(home, name);
    const ticking = (name: string) =>
      `trap "" TERM HUP INT; while :; do echo x >>${beat(name)}; sleep 0.02; done`;
    const runs = [
      startRun(home, lease, 1, ticking("plain")),
      // Another session, without a mark, and no child of its parent any more.
      startRun(home, lease, 2, `(env -i setsid sh -c '${ticking("hidden")}' &) ; sleep 600`),
      startRun(home, lease, 3, `sleep 600; echo went on >${beat("next")}`),
    ];
    await eventually("all are at work", () => ["plain", "hidden"].every((name) => existsSync(beat(name))));
    await eventually("it is guarded", () => isGuarded(lease));
    // Another one that comes too has nothing to do.
    expect(await startGuard(home, lease).exited).toBe(0);
    lease.write(0);
    expect(await guard.exited).toBe(0);
    expect(marked(lease)).toEqual([]);
    for (const { directory } of runs)
      expect(directory.readEnd()).toMatchObject({ exit: { code: 137, note: "lease" } });
    const size = readFileSync(beat("hidden")).length;
    await Bun.sleep(100);
    expect(readFileSync(beat("hidden"))).toHaveLength(size);
    expect(existsSync(beat("next"))).toBe(false);
  });

  test("leaves alone what lives by another lease, or by none", async () => {
    const { home, lease } = makeLease();
    const other = new LeaseFile(join(home, "kanban", "leases", "team", "1"));
    lease.write(readUptimeMs() + 600_000);
    other.write(readUptimeMs() + 600_000);
    const guard = startGuard(home, lease);
    const run = startRun(home, other, 1, "sleep 600");
    await eventually("it is at work", () => run.directory.readStart().shim !== null);
    await eventually("it is guarded", () => isGuarded(lease));
    lease.write(0);
    expect(await guard.exited).toBe(0);
    expect(run.tree.state()).toBe("running");
    other.write(0);
    expect(await startGuard(home, other).exited).toBe(0);
    expect(marked(other)).toEqual([]);
  });

  test("kills also what is stopped, and what is no run of this home", async () => {
    const { home, lease } = makeLease();
    lease.write(0);
    const stopped = Bun.spawn(["/bin/sh", "-c", "kill -STOP $$; exec sleep 600"], {
      env: { PATH: "/usr/bin:/bin", [leaseMark]: lease.path },
    });
    await eventually("it is stopped", () =>
      readFileSync(`/proc/${stopped.pid}/stat`, "utf8").includes(") T "),
    );
    expect(await startGuard(home, lease).exited).toBe(0);
    expect(await stopped.exited).not.toBe(0);
    expect(stopped.signalCode).toBe("SIGKILL");
  });
});

describe.skipIf(whyNoTrees() !== null)("a shim", () => {
  test.each([
    ["is over", (lease: LeaseFile) => lease.write(readUptimeMs() - 100)],
    ["is gone", () => {}],
    ["was being written", (lease: LeaseFile) => writeFileSync(lease.path, "999999999999 000000000001 x\n")],
  ])("starts nothing where the lease %s", async (_, prepare) => {
    const { home, lease } = makeLease();
    lease.write(0);
    rmSync(lease.path);
    prepare(lease);
    const { directory } = startRun(home, lease, 1, `echo it ran >${join(home, "ran")}`);
    const { exit } = await eventually("it has ended", () => {
      const end = directory.readEnd();
      return end.isOver ? end : null;
    });
    expect(exit).toEqual({ code: 137, note: "lease" });
    expect(existsSync(join(home, "ran"))).toBe(false);
  });

  test("starts its worker while the lease holds", async () => {
    const { home, lease } = makeLease();
    lease.write(readUptimeMs() + 60_000);
    const { directory } = startRun(home, lease, 1, "exit 7");
    const { exit } = await eventually("it has ended", () => {
      const end = directory.readEnd();
      return end.isOver ? end : null;
    });
    expect(exit).toEqual({ code: 7, note: null });
  });
});
