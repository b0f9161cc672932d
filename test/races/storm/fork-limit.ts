import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../support/eventually.ts";

const controllers = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"];

/** The most processes and threads that the dispatchers, their workers and the storm may be together. */
const processesMax = 220;

/** A bound on processes: a control group where we may make one, which draws a number for each start that it refuses; else a limit. */
export class ForkLimit {
  readonly #group: string | null;

  private constructor(group: string | null) {
    this.#group = group;
  }

  /** A string says why there is none here. */
  static make(): ForkLimit | string {
    const group = controllers.map(tryMakeGroup).find((made) => made !== null) ?? null;
    const isRoot = process.getuid?.() === 0;
    return group === null && isRoot
      ? "no control group can be made, and no other limit binds root"
      : new ForkLimit(group);
  }

  get kind(): string {
    return this.#group === null ? "RLIMIT_NPROC" : "pids.max";
  }

  /** The same command, below the limit. It becomes the command: there is no process in between. */
  around(command: readonly string[]): string[] {
    const max = countOwnThreads() + processesMax;
    const bound =
      this.#group === null
        ? `ulimit -u ${max} 2>/dev/null || ulimit -p ${max}` // bash's letter, and dash's
        : `echo $$ >'${join(this.#group, "cgroup.procs")}'`;
    return ["sh", "-c", `${bound}; exec "$@"`, "limited", ...command];
  }

  /** Ends all that is left below it. */
  async close(): Promise<void> {
    const group = this.#group;
    if (group === null) return;
    await eventually("the control group is empty", () => {
      const pids = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
      for (const pid of pids) kill(pid);
      return pids.length === 0 && tryRemove(group);
    });
  }
}

function tryMakeGroup(controller: string): string | null {
  const group = join(controller, `kanbun-storm-${process.pid}`);
  try {
    mkdirSync(group);
  } catch {
    return null; // not mounted, or not ours to make
  }
  if (existsSync(join(group, "pids.max"))) {
    writeFileSync(join(group, "pids.max"), String(processesMax));
    return group;
  }
  rmdirSync(group);
  return null;
}

/** False while what was killed is not yet gone from it. */
function tryRemove(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EBUSY") throw error;
    return false;
  }
}

function countOwnThreads(): number {
  return Bun.spawnSync(["ps", "-L", "-u", String(process.getuid?.())])
    .stdout.toString()
    .split("\n").length;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself between the look and the signal.
  }
}
