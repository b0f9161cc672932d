import { ptr } from "bun:ffi";
import { LINUX, SIGINFO } from "./constants.ts";
import { waitid } from "./linux-libc.ts";

const info = Buffer.alloc(SIGINFO.SIZE);
const infoAddress = ptr(info);

/** Leaves the child as it is: a zombie stays one until Bun has taken its exit code. @see waitid(2) */
export function hasLinuxChildEnded(pid: number): boolean {
  const result = waitid(LINUX.P_PID, pid, infoAddress, LINUX.WEXITED | LINUX.WNOHANG | LINUX.WNOWAIT);
  // An error: no child of ours, or not any more.
  return result !== 0 || info.readInt32LE(SIGINFO.PID) === pid;
}
