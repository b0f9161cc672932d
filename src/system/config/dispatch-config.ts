import { availableParallelism } from "node:os";
import { formatDuration } from "../text/duration.ts";
import type { ConfigTable } from "./config-table.ts";
import { MAX_RETRIES_RULE } from "./profile.ts";

/** `[dispatch]`: the limits and times of every board of the home. */
export interface DispatchConfig {
  /** Runs at a time in the whole home, at least 1. Default: the number of cores, at most 4. */
  readonly maxInProgress: number;
  /** Runs at a time per board, at least 1; null (default) = only the limits of home and profile. */
  readonly boardMaxInProgress: number | null;
  /** Failures in a row that block a task: 1 blocks on the first. Default 2. */
  readonly maxRetries: number;
  /** How long a claim holds without a heartbeat. Default 15 min, at least 1 s: the board keeps seconds. */
  readonly leaseMs: number;
  /** How long a shim may take to report in. Default 10 s. */
  readonly launchGraceMs: number;
  /** From tick to tick under --watch, while something runs and nothing else wakes it. Default 1 s. */
  readonly intervalMs: number;
  /** After the first failure; doubles with each. Default 10 s. */
  readonly retryDelayMs: number;
  /** Where the doubling ends, never below `retryDelayMs`. Default 10 min. */
  readonly retryDelayMaxMs: number;
  /** After the first, second, … rate limit; the last stays. At least one; default 5, 15, 60 min. */
  readonly rateLimitDelaysMs: readonly number[];
  /** A run's log is cut in its middle when it is longer. Default 256 MiB, at least 64 KiB. */
  readonly logMaxBytes: number;
}

/** Reads `[dispatch]`. Problems go to the table's source. */
export function readDispatchConfig(table: ConfigTable): DispatchConfig {
  const retryDelayMs = table.durationMs("retry_delay");
  const retryDelayMaxMs = table.durationMs("retry_delay_max");
  if (retryDelayMs !== null && retryDelayMaxMs !== null && retryDelayMaxMs < retryDelayMs) {
    table.refuse(
      "retry_delay_max",
      `no less than retry_delay, ${formatDuration(retryDelayMs)}`,
      formatDuration(retryDelayMaxMs),
    );
  }
  const config: DispatchConfig = {
    maxInProgress:
      table.integer("max_in_progress", { min: 1, meaning: "runs at a time in the whole home" }) ??
      Math.min(4, availableParallelism()),
    boardMaxInProgress: table.integer("board_max_in_progress", {
      min: 1,
      meaning: "runs at a time per board",
    }),
    maxRetries: table.integer("max_retries", MAX_RETRIES_RULE) ?? 2,
    leaseMs: table.durationMs("lease", 1_000) ?? 15 * 60_000,
    launchGraceMs: table.durationMs("launch_grace") ?? 10_000,
    intervalMs: table.durationMs("interval", 1) ?? 1_000,
    // Who sets one of the two moves the default of the other along.
    retryDelayMs: retryDelayMs ?? Math.min(10_000, retryDelayMaxMs ?? 10_000),
    retryDelayMaxMs: retryDelayMaxMs ?? Math.max(10 * 60_000, retryDelayMs ?? 0),
    rateLimitDelaysMs: table.durationsMs("rate_limit_delays") ?? [5 * 60_000, 15 * 60_000, 60 * 60_000],
    logMaxBytes: table.sizeBytes("log_max_bytes", 64 * 1024) ?? 256 * 1024 * 1024,
  };
  table.refuseUnknownKeys();
  return config;
}
