import { join } from "node:path";
import type { Bench } from "../bench.ts";

const program = join(import.meta.dir, "bunqueue-program.ts");

/** Jobs per second that a worker of bunqueue takes and completes, in its own settings. */
export async function bunqueuePairsPerS(bench: Bench, count: number): Promise<number> {
  const { elapsedMs } = await run(bench, "rate", count);
  return (count / (elapsedMs ?? Number.NaN)) * 1000;
}

/** Milliseconds from the call of `add` to the first line of the handler, both in one process, as it does by default. */
export async function bunqueueStartsMs(bench: Bench, count: number): Promise<readonly number[]> {
  return (await run(bench, "starts", count)).times ?? [];
}

/** In a process of its own: an embedded queue is one per process. */
async function run(
  bench: Bench,
  what: "rate" | "starts",
  count: number,
): Promise<{ readonly elapsedMs?: number; readonly times?: readonly number[] }> {
  const path = join(bench.makeFolder(), "bunqueue.db");
  const child = Bun.spawn([process.execPath, program, what, String(count), path], {
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const said = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error("bunqueue failed");
  return JSON.parse(said.trimEnd().split("\n").at(-1) ?? "");
}
