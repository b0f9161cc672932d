import { describe, expect, test } from "bun:test";
import { chmodSync, copyFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { RunDirectory } from "../../src/worker/run-directory.ts";
import { shimArguments } from "../../src/worker/shim/shim.ts";
import { makeTestBoard, type TestBoard } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { makeTestHome } from "../support/home.ts";
import { processesOf } from "../support/processes.ts";
import { createShellTask, runAll } from "../support/run-all.ts";

const config = `
[dispatch]
max_in_progress = 16
retry_delay = "10ms"
launch_grace = "200ms"
[profiles.shell]
grace = "200ms"
`;
const isLinux = process.platform === "linux";
/** The user of whom no one else is: limits of processes count by user, and do not bind root. */
const loneUser = "54321";

async function readJson(command: readonly string[]) {
  // A thread that its engine may not start ends Bun on the spot: the engine is told to do with the one it has.
  const few = { BUN_JSC_useConcurrentGC: "0", BUN_JSC_useConcurrentJIT: "0", BUN_JSC_numberOfGCMarkers: "1" };
  const env = { ...process.env, ...few };
  const child = Bun.spawn([...command], { cwd: "/", env, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(`ended with ${code} ${child.signalCode}: ${stderr}`);
  return JSON.parse(stdout);
}

async function expectAllDone(board: TestBoard): Promise<void> {
  await runAll(board);
  for (const task of await board.store.listTasks({})) {
    const outcomes = (await board.store.listRuns(task.id)).map((run) => run.outcome);
    expect({ title: task.title, status: task.status }).toEqual({ title: task.title, status: "done" });
    expect(new Set(outcomes).difference(new Set(["completed", "spawn_failed", "interrupted"]))).toEqual(
      new Set(),
    );
    expect(outcomes.filter((outcome) => outcome === "completed")).toHaveLength(1);
  }
  expect(await board.store.listLiveRuns()).toEqual([]);
  // Also a workspace that was made, and could not be marked as ours, is gone again.
  expect(readdirSync(board.context.paths.workspaces)).toEqual([".kanbun-made"]);
  await eventually("no process is left", () => processesOf(board.home).length === 0);
}

describe.skipIf(!isLinux)(
  `a dispatcher that the system gives little${isLinux ? "" : " (skipped: Linux only)"}`,
  () => {
    test("with ten thousand descriptors in use says which file it could not open, and loses no task", async () => {
      const board = await makeTestBoard({ config });
      const program = resolve(import.meta.dir, "few-descriptors-program.ts");
      const limited = ["sh", "-c", 'ulimit -n 10100 && exec "$0" "$@"', process.execPath, program];
      const ticks: { used: number; spawned?: number; message?: string; failed?: string[] }[] = await readJson(
        [...limited, board.home, "8"],
      );
      expect(ticks[0]?.used).toBeGreaterThan(10_000);
      for (const { message, failed = [] } of ticks)
        for (const text of [...(message === undefined ? [] : [message]), ...failed]) {
          expect(text).toMatch(/EMFILE|unable to open database file/);
          expect(text).toContain(board.home);
        }
      expect(ticks.filter(({ message }) => message !== undefined).length).toBeGreaterThan(2);
      expect(ticks.at(-1)).toMatchObject({ failed: [] });
      await expectAllDone(board);
    });

    const noLimit = canLimitProcesses() ? "" : " (skipped: no other user or no prlimit here)";

    test.skipIf(noLimit !== "")(
      `that may not fork tells each run as not spawned, and starts it later${noLimit}`,
      async () => {
        const board = await makeTestBoard({ config });
        const task = await createShellTask(board, "exit 0", { maxRetries: 99 });
        board.store.close();
        // The user has no way to where Bun is, as a rule.
        const bun = join(makeTestHome(), "bun");
        copyFileSync(process.execPath, bun);
        chmodSync(resolve(bun, ".."), 0o755);
        Bun.spawnSync(["chown", "-R", `${loneUser}:${loneUser}`, board.home]);
        const program = resolve(import.meta.dir, "no-fork-program.ts");
        const ticks = await readJson([...asLoneUser, bun, program, board.home, "3"]);
        expect(ticks[0]).toMatchObject({ spawned: 0, failed: [{ status: "ready" }] });
        expect(ticks[0].failed[0].error).toContain("EAGAIN");
        Bun.spawnSync(["chown", "-R", `${process.getuid?.()}`, board.home]);
        const store = await board.context.openStore(board.context.place);
        await expectAllDone({ ...board, store });
        expect((await store.listRuns(task))[0]?.outcome).toBe("interrupted");
        expect((await store.requireTask(task)).consecutiveFailures).toBe(0);
        store.close();
      },
    );

    test.skipIf(noLimit !== "")(
      `whose shim may not fork reads that from its record, be it for the copier of the log or the worker${noLimit}`,
      () => {
        for (const copier of ["", "/usr/bin/tee"]) {
          const runs = makeTestHome();
          const directory = new RunDirectory(runs, 1, "a-token");
          directory.make();
          Bun.spawnSync(["chown", "-R", `${loneUser}:${loneUser}`, runs]);
          const worktree = null;
          const command = shimArguments(
            {
              runFolder: directory.path,
              inputPath: "/dev/null",
              cwd: "/",
              worktree,
              copier,
              command: ["/bin/true"],
            },
            [],
          );
          Bun.spawnSync([...asLoneUser, "prlimit", "--nproc=1:1", ...command], {
            env: { ...process.env, KANBUN_TOKEN: "a-token" },
            stdio: ["ignore", "ignore", "ignore"],
          });
          expect(directory.readEnd()).toMatchObject({ exit: { code: 126, note: "fork" }, flaw: null });
        }
      },
    );
  },
);

const asLoneUser = ["setpriv", "--reuid", loneUser, "--regid", loneUser, "--clear-groups"];

function canLimitProcesses(): boolean {
  if (!isLinux || Bun.which("setpriv") === null || Bun.which("prlimit") === null) return false;
  return Bun.spawnSync(["setpriv", "--reuid", loneUser, "--regid", loneUser, "--clear-groups", "true"])
    .success;
}
