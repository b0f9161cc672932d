import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import { eventually } from "./eventually.ts";
import { findMarkedProcesses } from "./marked-processes.ts";

/** Starts a program of test/fixtures and waits for its first line. Killed when disposed of. */
export async function startFixture(name: string, ...args: string[]) {
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/../fixtures/${name}`, ...args], {
    env: process.env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "inherit",
  });
  const reader = child.stdout.getReader();
  const first = new TextDecoder().decode((await reader.read()).value).trim();
  return {
    first,
    pid: child.pid,
    async kill() {
      child.kill("SIGKILL");
      await child.exited;
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/**
 * Processes that carry this home in their environment: workers, and what they started.
 * @throws {Error} when that can't be told: it must not pass for "none"
 */
export function processesOf(home: string): number[] {
  return findMarkedProcesses("KANBUN_HOME", home).map((process) => process.pid);
}

/**
 * No worker of this home is left, nor anything that one has started. A shim that is alone may be ending: it is told so by
 * SIGKILL, for which no one waits.
 */
export async function expectNoneLeft(home: string): Promise<void> {
  expect(processesOf(home).filter((pid) => !isShim(pid))).toEqual([]);
  await eventually("the shims have ended", () => processesOf(home).length === 0);
}

/** True also for one that has just ended. */
function isShim(pid: number): boolean {
  if (process.platform !== "linux") return false;
  try {
    const [, , , session] = readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? [];
    return (
      Number(session) === pid &&
      readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").includes("kanbun-run")
    );
  } catch {
    return true;
  }
}

/** Signals all of a group by its first process. @throws {Error} where there is none: 0 would be the group of the tests */
export function signalGroup(pid: number | null | undefined, signal: "SIGTERM" | "SIGKILL"): void {
  if (!pid) throw new Error("there is no such process");
  process.kill(-pid, signal);
}

/** Kills them as the kernel would. @returns how many of them there were */
export function killProcessesOf(home: string): number {
  const pids = processesOf(home);
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      // It was ending anyway.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
  return pids.length;
}
