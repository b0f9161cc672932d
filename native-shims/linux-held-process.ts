import { closeSync } from "node:fs";
import { LINUX, POLLFD } from "./constants.ts";
import type { HeldProcess } from "./held-process.ts";
import { poll, syscall } from "./linux-libc.ts";
import type { ProcessRef } from "./process-ref.ts";

/** A pidfd becomes readable when its process has ended. @see pidfd_open(2), poll(2) */
class PidfdProcess implements HeldProcess {
  readonly #pidfd: number;
  readonly #poll = Buffer.alloc(POLLFD.SIZE);

  constructor(pidfd: number) {
    this.#pidfd = pidfd;
    this.#poll.writeInt32LE(pidfd, POLLFD.FD);
    this.#poll.writeInt16LE(LINUX.POLLIN, POLLFD.EVENTS);
  }

  hasEnded(): boolean | null {
    const readable = poll(this.#poll, 1, 0);
    if (readable < 0) return null;
    return readable > 0 && (this.#poll.readInt16LE(POLLFD.REVENTS) & LINUX.POLLIN) !== 0;
  }

  close(): void {
    closeSync(this.#pidfd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** null: gone, another one by now, or the kernel gives no such handle. */
export function holdLinuxProcess(
  ref: ProcessRef,
  readStartTime: (pid: number) => string | null,
): HeldProcess | null {
  const pidfd = syscall(LINUX.SYS_PIDFD_OPEN, ref.pid, 0, null, 0);
  if (pidfd < 0) return null;
  // Read while it is held: whoever had the number before or after has another start time.
  if (ref.startTime !== "" && readStartTime(ref.pid) === ref.startTime) return new PidfdProcess(pidfd);
  closeSync(pidfd);
  return null;
}
