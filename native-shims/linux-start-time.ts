import { LINUX, TIMESPEC } from "./constants.ts";
import { clockGettime } from "./linux-libc.ts";

/** How /proc counts what has passed since boot: in hundredths of a second. @see proc_pid_stat(5) */
const NANOSECONDS_PER_TICK = 10_000_000;
const TICKS_PER_SECOND = 100;

const time = Buffer.alloc(TIMESPEC.SIZE);

/** The start time of whatever is started within this hundredth of a second. */
export function readStartTimeOfNow(): string {
  clockGettime(LINUX.CLOCK_BOOTTIME, time);
  const ticks = Math.floor(Number(time.readBigInt64LE(TIMESPEC.NANOSECONDS)) / NANOSECONDS_PER_TICK);
  return String(Number(time.readBigInt64LE(TIMESPEC.SECONDS)) * TICKS_PER_SECOND + ticks);
}
