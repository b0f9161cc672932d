import { LINUX, SIGINFO } from "./constants.ts";
import { waitid } from "./linux-libc.ts";

const info = Buffer.alloc(SIGINFO.SIZE);

/** Leaves the child as it is: a zombie stays one until Bun has taken its exit code. @see waitid(2) */
export function hasLinuxChildEnded(pid: number): boolean {
  // The buffer, not an address of it that was asked for once: a small one may move, and the kernel would write elsewhere.
  const result = waitid(LINUX.P_PID, pid, info, LINUX.WEXITED | LINUX.WNOHANG | LINUX.WNOWAIT);
  // An error: no child of ours, or not any more.
  return result !== 0 || info.readInt32LE(SIGINFO.PID) === pid;
}
