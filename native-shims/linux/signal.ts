import { closeSync } from "node:fs";
import { constants } from "node:os";
import { LINUX } from "../constants.ts";
import { errnoName } from "../process/error-name.ts";
import { isStillThere, killByPid } from "../process/posix-kill.ts";
import type { ProcessRef } from "../process/process-ref.ts";
import { type ProcessSignal, SignalError } from "../process/signal-error.ts";
import { errno, syscall } from "./libc.ts";

/**
 * A pidfd stands for the process that had the pid when it was opened, forever: check who that is while holding it, and
 * the signal can reach no other process.
 * @see pidfd_open(2)
 */
export function signalLinuxProcess(
  ref: ProcessRef,
  signal: ProcessSignal,
  readStartTime: (pid: number) => string | null,
): boolean {
  const pidfd = openPidfd(ref, signal);
  if (pidfd === "gone") return false;
  if (pidfd === "unsupported") {
    return isStillThere(ref, signal, readStartTime(ref.pid)) && killByPid(ref, signal);
  }
  try {
    return isStillThere(ref, signal, readStartTime(ref.pid)) && sendByPidfd(pidfd, ref, signal);
  } finally {
    closeSync(pidfd);
  }
}

function openPidfd(ref: ProcessRef, signal: ProcessSignal): number | "gone" | "unsupported" {
  const pidfd = syscall(LINUX.SYS_PIDFD_OPEN, ref.pid, 0, null, 0);
  if (pidfd >= 0) return pidfd;
  const code = errno();
  if (code === constants.errno.ESRCH) return "gone";
  // A kernel before 5.3, or a container's filter, which says EPERM to calls it doesn't know.
  if (code === constants.errno.ENOSYS || code === constants.errno.EPERM) return "unsupported";
  throw new SignalError({ ref, signal, code, codeName: errnoName(code) });
}

function sendByPidfd(pidfd: number, ref: ProcessRef, signal: ProcessSignal): boolean {
  const number = constants.signals[signal];
  if (syscall(LINUX.SYS_PIDFD_SEND_SIGNAL, pidfd, number, null, 0) === 0) return true;
  const code = errno();
  if (code === constants.errno.ESRCH) return false;
  throw new SignalError({ ref, signal, code, codeName: errnoName(code) });
}
