import { LINUX, TIMESPEC } from "../constants.ts";
import { clockGettime } from "./libc.ts";

const time = Buffer.alloc(TIMESPEC.SIZE);

/** Of the kernel itself: /proc/uptime may be a file of the container's, which counts from its start. @see clock_gettime(2) */
export function readLinuxUptimeMs(): number {
  clockGettime(LINUX.CLOCK_BOOTTIME, time);
  const seconds = Number(time.readBigInt64LE(TIMESPEC.SECONDS));
  return seconds * 1_000 + Number(time.readBigInt64LE(TIMESPEC.NANOSECONDS)) / 1_000_000;
}
