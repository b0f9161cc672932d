import type { LogFile } from "../../home/runs/log-file.ts";
import { RunLog } from "../../home/runs/run-log.ts";
import { wait } from "../../system/wait.ts";
import type { WebBoard } from "../web-home.ts";
import { findTail, type LogText, readLogText } from "./log-text.ts";

const lookMs = 30;
/** How often it is asked whether the run is over while nothing is written. */
const overMs = 250;

export interface FollowedLog {
  readonly task: string;
  /** Default: the task's last run. */
  readonly run: number | undefined;
  /** In bytes; negative: so many before the end. */
  readonly offset: number;
}

/** What comes next: text; the file has become shorter and is read from its beginning; nothing more will come. */
export type LogNews =
  | ({ readonly kind: "text"; readonly runId: number } & LogText)
  | { readonly kind: "cut"; readonly runId: number }
  | { readonly kind: "end"; readonly runId: number | null };

/**
 * Follows the log of a run from an offset on, until the run is over or the signal. The caller that takes the news decides when the
 * next is read: nothing piles up.
 * @throws {BoardError} not_found for no such task or run, or a log that was removed
 */
export async function* followLog(
  board: WebBoard,
  { task, run, offset }: FollowedLog,
  signal: AbortSignal,
): AsyncGenerator<LogNews, void, undefined> {
  await using session = await board.home.open("read");
  const log = await RunLog.find(session, task, run);
  const { path, run: found } = log;
  if (path === null || found === null) {
    yield { kind: "end", runId: null };
    return;
  }
  let file: LogFile | null = null;
  let at = offset;
  let isOver = false;
  let askAtMs = 0;
  try {
    while (!signal.aborted) {
      if (performance.now() >= askAtMs) {
        // Asked before the file is read: what a run wrote until its end is then all there.
        isOver = await log.isOver();
        askAtMs = performance.now() + overMs;
      }
      file ??= log.tryOpen();
      if (file !== null && at < 0) at = findTail(file, -at);
      file?.seek(at);
      if (file?.hasLostText(path)) {
        file[Symbol.dispose]();
        file = null;
        at = 0;
        yield { kind: "cut", runId: found.id };
        continue;
      }
      const part = file === null ? null : readLogText(file, at, isOver);
      if (part !== null && part.nextOffset > at) {
        at = part.nextOffset;
        yield { kind: "text", runId: found.id, ...part };
        continue;
      }
      if (isOver) {
        yield { kind: "end", runId: found.id };
        return;
      }
      await wait(lookMs, signal);
    }
  } finally {
    file?.[Symbol.dispose]();
  }
}
