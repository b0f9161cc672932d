import type { KeptLog } from "../board/kept-log.ts";

/** The ends of logs of runs that may have been on another machine. A tick writes them down. @see TickPlan.logs */
export interface RunLogStore {
  /** null: nothing of that run's log is in the board. */
  getRunLog(runId: number): Promise<KeptLog | null>;
  /** How many there are of runs that ended before an instant, and how much the board has of them. */
  measureOldRunLogs(beforeMs: number): Promise<{ readonly count: number; readonly sizeBytes: number }>;
  /** Removes them, at most `max`; how many. */
  removeOldRunLogs(beforeMs: number, max: number): Promise<number>;
}
