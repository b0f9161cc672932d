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
  expect(processesOf(home).filter((pid) => !isShim(pid) && !isEnding(pid))).toEqual([]);
  await eventually("the shims have ended", () => processesOf(home).length === 0);
}

/** PF_EXITING of the kernel's: it was killed, and takes no step of its own any more. */
const isExiting = 0x4;

/** True also for one that has ended. */
function isEnding(pid: number): boolean {
  const flags = readStat(pid)?.[6];
  return flags === undefined ? process.platform === "linux" : (Number(flags) & isExiting) !== 0;
}

function isShim(pid: number): boolean {
  if (Number(readStat(pid)?.[3]) !== pid) return false;
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").includes("kanbun-run");
  } catch {
    return false;
  }
}

/** What the kernel says of it, from its state on; null where it has ended, or there is no kernel to say it. */
function readStat(pid: number): readonly string[] | null {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.split(" ") ?? null;
  } catch {
    return null;
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
