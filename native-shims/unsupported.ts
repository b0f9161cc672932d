import { hostname } from "node:os";
import { TakenLock } from "./lock/file-lock.ts";
import type { Platform } from "./platform.ts";
import { existsForKill, isStillThere } from "./process/posix-kill.ts";

function readStartTime(pid: number): string | null {
  return existsForKill(pid) ? "" : null;
}

/** A platform of which we know nothing: no lock, and a process that is there is never told from a stranger. */
export const unsupported: Platform = {
  lockSupport: "none",
  tryLockFile: (path) => new TakenLock(path, { writeContent() {}, unlock() {} }),
  readHostIdentity: () => ({
    hostname: hostname(),
    machineId: `hostname:${hostname()}`,
    bootId: "",
    pidNamespace: "",
  }),
  readStartTime,
  findProcessesByEnv: () => null,
  signalProcess: (ref, signal) => isStillThere(ref, signal, readStartTime(ref.pid)),
};
