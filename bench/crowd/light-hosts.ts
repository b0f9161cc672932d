import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { readMemoryMb, readProcessTime } from "../servers/process-time.ts";
import type { CrowdHome } from "./crowd-home.ts";
import type { Hosts } from "./hosts.ts";

const perProcess = 10;

/** The product's dispatchers, ten in a process, whose workers are no processes: so that a small machine has many of them. */
export async function startLightHosts(
  bench: Bench,
  homes: readonly CrowdHome[],
  { workMs, areThere }: { readonly workMs: number; readonly areThere: (count: number) => Promise<boolean> },
): Promise<Hosts> {
  const program = join(import.meta.dir, "light-hosts-program.ts");
  const children: Bun.Subprocess[] = [];
  const end = async () => {
    for (const child of children) child.kill("SIGTERM");
    await Promise.all(children.map((child) => child.exited));
  };
  bench.defer(end);
  for (let first = 0; first < homes.length; first += perProcess) {
    const own = homes.slice(first, first + perProcess);
    children.push(
      Bun.spawn([process.execPath, program, String(workMs), JSON.stringify(own)], {
        env: { PATH: process.env.PATH },
        stdin: "ignore",
        stdout: "ignore",
        stderr: "inherit",
      }),
    );
    while (!(await areThere(first))) await Bun.sleep(50);
  }
  const sum = (of: (pid: number) => number) => children.reduce((all, { pid }) => all + of(pid), 0);
  return {
    readProcessorMs: () => sum((pid) => readProcessTime(pid).ownMs),
    readWorkersMs: () => 0,
    readMemoryMb: () => children.map(({ pid }) => readMemoryMb(pid)),
    [Symbol.asyncDispose]: end,
  };
}
