import type { LiveRun } from "../board/claim.ts";
import type { KeptLog } from "../board/kept-log.ts";

/**
 * How the log of a run that is at work on another host is read while it is: someone asks for it through the board, and as long as
 * that holds, the run's host writes the end of it there. Without anyone who asks nothing is written.
 */
export interface LogAsks {
  /** Asks for the log of a run for so long. Asked again in that time, it is prolonged. */
  ask(runId: number, forMs: number): Promise<void>;
  /**
   * What was written since the answer `known`; 0 for all. null: nothing was, or no one asks any more.
   * @throws {BoardError} unreachable
   */
  getAnswer(runId: number, known: number): Promise<LogAnswer | null>;
  /** Whether someone asked for a log of this board, as it was when the board's news were last asked for. */
  readonly isAsked: boolean;
  /** Of which runs that are claimed by a home the logs are asked for. */
  listAsked(homeId: string): Promise<readonly AskedLog[]>;
  /**
   * Writes the end of a log, where it is still asked for, nobody else has answered since, and the run is neither over nor another's.
   * @returns whether it was written
   */
  answer(asked: AskedLog, log: Pick<KeptLog, "hostname" | "home" | "sizeBytes" | "tail">): Promise<boolean>;
}

interface LogAnswer {
  /** How often it was answered. */
  readonly answers: number;
  readonly log: KeptLog;
}

export interface AskedLog extends Pick<LiveRun, "runId" | "taskId" | "token"> {
  /** How often it was answered; 0: whoever asks has nothing yet. */
  readonly answers: number;
}
