import { readFileSync } from "node:fs";
import { type ProcessRef, signalProcess } from "../../../native-shims/index.ts";
import { copierMark } from "../../../src/worker/shim/shim.ts";
import { findMarkedProcesses } from "../../support/marked-processes.ts";
import { readParentage } from "../orphan-repro/parentage.ts";
import type { Role } from "./hits.ts";

export interface RunProcess {
  readonly ref: ProcessRef;
  readonly role: Role;
  readonly runId: number;
}

/** Everything that carries the marks of this home's runs just now. */
export function findMarked(home: string): readonly ProcessRef[] {
  return findMarkedProcesses("KANBUN_HOME", home);
}

/** Those of one board of it. */
export function findMarkedOf(home: string, board: string): ProcessRef[] {
  return findMarked(home).filter((ref) => readEnviron(ref.pid).includes(`\0KANBUN_BOARD=${board}\0`));
}

/** "" of one that went away. */
function readEnviron(pid: number): string {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, "latin1")}`;
  } catch {
    return "";
  }
}

/** The same of the sound board, and what each of them is. One that goes away meanwhile is left out. */
export function listRunProcesses(home: string): RunProcess[] {
  return findMarkedOf(home, "default").flatMap((ref) => describe(ref) ?? []);
}

/** Whoever is stopped goes on; harmless for the others. */
export function continueAll(home: string): void {
  for (const ref of findMarked(home)) signalProcess(ref, "SIGCONT");
}

/** A fork that has not yet become what it will be counts as what it was: for an excuse that is too much, not too little. */
function describe(ref: ProcessRef): RunProcess | null {
  try {
    const command = readFileSync(`/proc/${ref.pid}/cmdline`, "latin1").split("\0");
    const environ = readFileSync(`/proc/${ref.pid}/environ`, "latin1");
    const [, run] = /(?:^|\0)KANBUN_RUN=(\d+)/.exec(environ) ?? [];
    if (run === undefined) return null;
    // The copier of the log is the shim's: a worker that writes behind its end is ended by that.
    const role = environ.includes(`\0${copierMark}=`) ? "shim" : roleOf(ref.pid, command);
    return { ref, role, runId: Number(run) };
  } catch {
    return null;
  }
}

function roleOf(pid: number, command: readonly string[]): Role {
  // In the middle of becoming another program, when it has no arguments to read: it may well be the worker.
  if (command.every((word) => word === "")) return "worker";
  if (command.includes("kanbun-run")) return readParentage(pid)?.session === pid ? "shim" : "worker";
  const isWorker = command.some((word) => word.endsWith("/worker.sh")) && !command.includes("lingers");
  return isWorker ? "worker" : "offspring";
}
