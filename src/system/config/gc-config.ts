import type { ConfigTable } from "./config-table.ts";

/** `[gc]`: how long is kept what `kanbun gc` removes. */
export interface GcConfig {
  /** Of a run's log, from its end on. Default 30 days. */
  readonly logsMs: number;
  /** Of a run's folder, from its end on. Default 90 days. */
  readonly runsMs: number;
  /** Of the history of tasks that are done or archived; null (default): for ever. */
  readonly eventsMs: number | null;
  /** Of a worktree, from when its task was archived; null (default): for ever. */
  readonly worktreesMs: number | null;
  /** Of a host of a store that has no runs, from when it was heard of last. Default 30 days. */
  readonly hostsMs: number;
}

const dayMs = 86_400_000;

/** Reads `[gc]`. Problems go to the table's source. */
export function readGcConfig(table: ConfigTable): GcConfig {
  const config: GcConfig = {
    logsMs: table.durationMs("logs") ?? 30 * dayMs,
    runsMs: table.durationMs("runs") ?? 90 * dayMs,
    eventsMs: table.durationMs("events"),
    worktreesMs: table.durationMs("worktrees"),
    hostsMs: table.durationMs("hosts") ?? 30 * dayMs,
  };
  table.refuseUnknownKeys();
  return config;
}
