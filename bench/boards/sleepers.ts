import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { ProcessRef } from "../../native-shims/index.ts";
import { RunDirectory } from "../../src/worker/run-directory.ts";
import { runMark } from "../../src/worker/spawn/environment.ts";
import type { Bench } from "../bench.ts";
import { startShim } from "./shim-start.ts";

/** A worker that does nothing but be there, under the product's own start shim. */
export interface Sleeper {
  readonly runId: number;
  readonly token: string;
  readonly shim: ProcessRef;
}

const lifetimeS = 3_600;

/** Real workers for runs 1 to `count`, with their run folders below `runs`. Ended with the bench. */
export async function startSleepers(bench: Bench, runs: string, count: number): Promise<Sleeper[]> {
  const sleepers: Sleeper[] = [];
  for (let runId = 1; runId <= count; runId++) {
    const token = crypto.randomUUID().replaceAll("-", "");
    const runFolder = join(runs, String(runId));
    mkdirSync(runFolder, { recursive: true });
    const command = ["/bin/sleep", String(lifetimeS)];
    const directory = new RunDirectory(runs, runId, token);
    const logFd = directory.openLog();
    const { pid, process } = startShim({ runFolder, command, env: { [runMark]: token }, logFd });
    bench.defer(() => endSession(pid));
    while (directory.readStart().shim === null) await Bun.sleep(1);
    sleepers.push({ runId, token, shim: process ?? { pid, startTime: "" } });
  }
  return sleepers;
}

/** Ends a shim and the worker that it leads. */
function endSession(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
