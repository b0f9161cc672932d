import { RunLog } from "../../home/runs/run-log.ts";
import type { WebBoard } from "../web-home.ts";

/** How often it is asked whether the run is over: a tab follows many. */
const askMs = 250;

export interface FollowedLog {
  readonly task: string;
  /** Default: the task's last run. */
  readonly run: number | undefined;
  /** In bytes; negative: so many before the end. */
  readonly offset: number;
}

/** What comes next: text; the file has become shorter and is read from its beginning; nothing more will come. */
export type LogNews =
  | {
      readonly kind: "text";
      readonly runId: number | null;
      readonly offset: number;
      readonly nextOffset: number;
      readonly sizeBytes: number;
      readonly text: string;
    }
  | { readonly kind: "cut" | "end"; readonly runId: number | null };

/**
 * Follows the log of a run from an offset on, until the run is over or the signal.
 * @throws {BoardError} not_found for no such task or run, or a log that was removed
 */
export async function* followLog(
  board: WebBoard,
  { task, run, offset }: FollowedLog,
  signal: AbortSignal,
): AsyncGenerator<LogNews, void, undefined> {
  await using session = await board.home.open("read");
  const log = await RunLog.find(session, task, run);
  const runId = log.run?.id ?? null;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  for await (const piece of log.follow({ offset, signal, askMs })) {
    if (piece.isCut) {
      yield { kind: "cut", runId };
      continue;
    }
    const { offset, bytes, sizeBytes } = piece;
    const text = decoder.decode(bytes);
    yield { kind: "text", runId, offset, nextOffset: offset + bytes.length, sizeBytes, text };
  }
  if (!signal.aborted) yield { kind: "end", runId };
}
