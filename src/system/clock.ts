import { openSync, readSync } from "node:fs";
import { uptime } from "node:os";

/** Where the time comes from, so that a test can move it. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). Wall time: it may jump, also backwards. */
  nowMs(): number;
  /** Milliseconds since the machine was started: never jumps, the same in every process of this boot. */
  monotonicMs(): number;
}

export const systemClock: Clock = { nowMs: () => Date.now(), monotonicMs: readUptimeMs };

/** In steps of 10 ms where /proc says it, and on Windows of 16; elsewhere in whole seconds, all that Bun has to offer. */
function readUptimeMs(): number {
  if (process.platform === "win32") return uptime() * 1000;
  try {
    uptimeFile ??= openSync("/proc/uptime", "r");
    const length = readSync(uptimeFile, uptimeText, 0, uptimeText.length, 0);
    return Number.parseFloat(uptimeText.toString("latin1", 0, length)) * 1000;
  } catch {
    return uptime() * 1000;
  }
}

/** Kept open: opening it costs more than reading it, at each tick. */
let uptimeFile: number | null = null;
const uptimeText = Buffer.alloc(64);
