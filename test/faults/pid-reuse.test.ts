import { expect, test } from "bun:test";
import { resolve } from "node:path";
import { makeTestBoard } from "../support/board.ts";

// A shell is the first process there: someone must take leave of the dead, or their pids stay taken.
const ownPids = [
  "unshare",
  "--pid",
  "--fork",
  "--mount-proc",
  "--kill-child",
  "sh",
  "-c",
  '"$@"; exit $?',
  "sh",
];
const reason = whyNoOwnPids();

test.skipIf(reason !== "")(
  `I2: a stranger that was given a dead worker's pid is not signalled, and the run is closed${reason}`,
  async () => {
    const board = await makeTestBoard();
    board.store.close();
    const program = resolve(import.meta.dir, "pid-reuse-program.ts");
    const child = Bun.spawn([...ownPids, process.execPath, program, board.home], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
    });
    const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      isSamePid: true,
      isOtherStart: true,
      crashed: 1,
      outcomes: ["crashed"],
      strangerLives: true,
    });
  },
);

/** Empty, or for the title: why no process here can have a pid that it chooses. */
function whyNoOwnPids(): string {
  if (process.platform !== "linux" || Bun.which("unshare") === null) return " (skipped: there is no unshare)";
  const write = ["sh", "-c", "echo 100 > /proc/sys/kernel/ns_last_pid"];
  const { success } = Bun.spawnSync([...ownPids, ...write], { stderr: "ignore" });
  return success ? "" : " (skipped: no pid namespace may be made here)";
}
