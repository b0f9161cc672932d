import { closeSync, constants, openSync } from "node:fs";
import { LINUX } from "../constants.ts";
import { errno, fcntl } from "./libc.ts";

/**
 * By a lease for reading, which the kernel gives only where no process of its own, in whatever container, has the file open
 * for writing; given back at once. As in `Platform`.
 * @see "Leases" in fcntl(2)
 */
export function isLinuxFileWritten(path: string): boolean | "absent" | null {
  let fd: number;
  try {
    // What is there need not be a file: neither followed nor waited for.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "absent" : null;
  }
  try {
    // A process that opens it just now breaks the lease, and the signal that tells us so would by default end this process.
    if (fcntl(fd, LINUX.F_SETSIG, LINUX.SIGURG) !== 0) return null;
    if (fcntl(fd, LINUX.F_SETLEASE, LINUX.F_RDLCK) !== 0) return errno() === LINUX.EWOULDBLOCK ? true : null;
    fcntl(fd, LINUX.F_SETLEASE, LINUX.F_UNLCK);
    return false;
  } finally {
    closeSync(fd);
  }
}
