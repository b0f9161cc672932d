import { openSync } from "node:fs";
import { join } from "node:path";
import { buildPackageFiles } from "../../build/package-files.ts";
import type { Bench } from "../bench.ts";
import { readMemoryMb, readProcessTime } from "../servers/process-time.ts";
import { type CrowdHome, environmentOfCrowd } from "./crowd-home.ts";
import type { Hosts } from "./hosts.ts";

/** So many are started before the ones before them are there. */
const atOnce = 10;

/**
 * A `kanbun dispatch --watch` for each home, as the npm package has it: a process each.
 * @param areThere whether so many of them are known to the board
 */
export async function startResidents(
  bench: Bench,
  homes: readonly CrowdHome[],
  areThere: (count: number) => Promise<boolean>,
): Promise<Hosts> {
  const program = await buildPackageFiles(bench.makeFolder());
  const children: Bun.Subprocess[] = [];
  const end = async () => {
    for (const child of children) child.kill("SIGTERM");
    await Promise.all(children.map((child) => child.exited));
  };
  bench.defer(end);
  for (const home of homes) {
    const log = openSync(join(home.home, "dispatch.log"), "a");
    children.push(
      Bun.spawn([process.execPath, program, "dispatch", "--watch", "--plain"], {
        env: { ...environmentOfCrowd(home) },
        cwd: home.home,
        stdin: "ignore",
        stdout: log,
        stderr: log,
      }),
    );
    while (!(await areThere(children.length - atOnce))) await Bun.sleep(50);
  }
  const sum = (of: (pid: number) => number) => children.reduce((all, { pid }) => all + of(pid), 0);
  return {
    readProcessorMs: () => sum((pid) => readProcessTime(pid).ownMs),
    readWorkersMs: () => sum((pid) => readProcessTime(pid).endedMs),
    readMemoryMb: () => children.map(({ pid }) => readMemoryMb(pid)),
    [Symbol.asyncDispose]: end,
  };
}
