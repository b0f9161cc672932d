import { WINDOWS, WINDOWS_JOB_LIMITS } from "../constants.ts";
import { windowsErrorName } from "../process/error-name.ts";
import { kernel32 } from "./libs.ts";

/**
 * Puts this process into a job of its own, which ends all that are in it when its last handle is closed. The one handle is
 * ours: never closed by us, inherited by no one, closed by the kernel when we end.
 * @see "Job Objects" of the Windows documentation
 */
export function holdTreeInJob(): void {
  const job = kernel32.CreateJobObjectW(null, null);
  if (job === 0n) throw refused("create");
  const limits = Buffer.alloc(WINDOWS_JOB_LIMITS.SIZE);
  limits.writeUInt32LE(WINDOWS.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE, WINDOWS_JOB_LIMITS.LIMIT_FLAGS);
  const kind = WINDOWS.JOB_OBJECT_EXTENDED_LIMIT_INFORMATION;
  if (kernel32.SetInformationJobObject(job, kind, limits, limits.length) === 0) throw refused("limit");
  if (kernel32.AssignProcessToJobObject(job, kernel32.GetCurrentProcess()) === 0) throw refused("enter");
}

function refused(what: string): Error {
  return new Error(`cannot ${what} a job object: ${windowsErrorName(kernel32.GetLastError())}`);
}
