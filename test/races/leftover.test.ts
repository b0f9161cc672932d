import { expect, test } from "bun:test";
import { identifyProcess } from "../../native-shims/index.ts";
import { runMark } from "../../src/worker/spawn/environment.ts";
import { makeTestHome } from "../support/home.ts";
import { lacksOnWindows } from "../windows/left-out.ts";
import { Arena } from "./orphan-repro/arena.ts";
import { listLeftover } from "./orphan-repro/leftover.ts";

const token = "00000000000000000000000000000001";
const facts = {
  taskIds: [],
  notDone: [],
  runs: [{ id: 1, taskId: "t_00000001", outcome: "completed", error: null, isGivenUp: false }],
  liveRuns: 0,
  tokens: new Map([[token, 1]]),
  integrity: "ok",
} as const;

/** A process with a run's mark, which ends as soon as it is counted. */
async function startMarked() {
  const child = Bun.spawn(["sh", "-c", "read -r _"], { env: { [runMark]: token }, stdin: "pipe" });
  return { child, ref: identifyProcess(child.pid) };
}

test.skipIf(lacksOnWindows("programs of Linux"))(
  "a shim that comes too late and goes by itself is not left; a worker that was at work is, even if it goes at once",
  async () => {
    const arena = await Arena.make(makeTestHome(), "counted");
    const late = await startMarked();
    const seen = listLeftover(arena, facts);
    late.child.stdin.end();
    expect(await seen).toEqual([]);

    const worker = await startMarked();
    arena.workers.append("begin", "t_00000001", 1, worker.ref?.pid ?? 0, worker.ref?.startTime ?? "");
    const again = listLeftover(arena, facts);
    worker.child.stdin.end();
    expect(await again).toEqual([`pid ${worker.child.pid} of run 1: it was at work`]);
  },
);
