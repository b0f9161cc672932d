import { WINDOWS, WINDOWS_ERROR } from "../constants.ts";
import { windowsErrorName } from "../process/error-name.ts";
import { isStillThere } from "../process/posix-kill.ts";
import type { ProcessRef } from "../process/process-ref.ts";
import { type ProcessSignal, SignalError } from "../process/signal-error.ts";
import { kernel32 } from "./libs.ts";

const READ_ACCESS = WINDOWS.PROCESS_QUERY_LIMITED_INFORMATION | WINDOWS.SYNCHRONIZE;

export function readWindowsStartTime(pid: number): string | null {
  const handle = kernel32.OpenProcess(READ_ACCESS, 0, pid);
  if (handle === 0n) {
    return kernel32.GetLastError() === WINDOWS_ERROR.ERROR_INVALID_PARAMETER ? null : "";
  }
  try {
    return readStartTimeOf(handle);
  } finally {
    kernel32.CloseHandle(handle);
  }
}

/**
 * Ends it by TerminateProcess, the only signal there is; the open handle keeps the pid from being given to anyone else.
 */
export function signalWindowsProcess(ref: ProcessRef, signal: ProcessSignal): boolean {
  if (signal === "SIGSTOP" || signal === "SIGCONT") {
    throw failure(ref, signal, WINDOWS_ERROR.ERROR_NOT_SUPPORTED);
  }
  const handle = kernel32.OpenProcess(READ_ACCESS | WINDOWS.PROCESS_TERMINATE, 0, ref.pid);
  if (handle === 0n) {
    const code = kernel32.GetLastError();
    if (code === WINDOWS_ERROR.ERROR_INVALID_PARAMETER) return false;
    throw failure(ref, signal, code);
  }
  try {
    if (!isStillThere(ref, signal, readStartTimeOf(handle))) return false;
    if (kernel32.TerminateProcess(handle, 1) !== 0) return true;
    const code = kernel32.GetLastError();
    // Access is denied also to a process that has ended in between.
    if (readStartTimeOf(handle) === null) return false;
    throw failure(ref, signal, code);
  } finally {
    kernel32.CloseHandle(handle);
  }
}

/** null once it has ended: the object stays as long as anyone has a handle of it. */
function readStartTimeOf(handle: bigint): string | null {
  if (kernel32.WaitForSingleObject(handle, 0) === WINDOWS.WAIT_OBJECT_0) return null;
  const creation = Buffer.alloc(WINDOWS.FILETIME_SIZE);
  const ignored = Buffer.alloc(WINDOWS.FILETIME_SIZE);
  if (kernel32.GetProcessTimes(handle, creation, ignored, ignored, ignored) === 0) return "";
  return String(creation.readBigUInt64LE(0));
}

function failure(ref: ProcessRef, signal: ProcessSignal, code: number): SignalError {
  return new SignalError({ ref, signal, code, codeName: windowsErrorName(code) });
}
