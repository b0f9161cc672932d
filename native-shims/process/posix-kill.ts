import { constants } from "node:os";
import { livenessOf, type ProcessRef } from "./process-ref.ts";
import { type ProcessSignal, SignalError } from "./signal-error.ts";

/**
 * kill(2) with signal 0; says yes also for a zombie and for another's.
 * @param target a pid, or a process group's number with a minus
 */
export function existsForKill(target: number): boolean {
  try {
    process.kill(target, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** false: gone in between. Goes by the number alone: check first with `isStillThere`. */
export function killByPid(ref: ProcessRef, signal: ProcessSignal): boolean {
  try {
    process.kill(ref.pid, signal);
    return true;
  } catch (error) {
    const { errno = 0, code = "" } = error as NodeJS.ErrnoException;
    if (code === "ESRCH") return false;
    throw new SignalError({ ref, signal, code: Math.abs(errno), codeName: code });
  }
}

/**
 * false: gone, or another has the pid by now.
 * @param startTime what is at the pid now, as in `Platform`
 * @throws {SignalError} EACCES: something is there and may not be read, so it may be a stranger
 */
export function isStillThere(ref: ProcessRef, signal: ProcessSignal, startTime: string | null): boolean {
  const liveness = livenessOf(ref, startTime);
  if (liveness === "unknown") {
    throw new SignalError({ ref, signal, code: constants.errno.EACCES, codeName: "EACCES" });
  }
  return liveness === "alive";
}
