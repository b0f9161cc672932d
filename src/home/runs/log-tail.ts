import { partCharsMax } from "../../board/cut-text.ts";
import type { Session } from "../session/session.ts";
import { FollowedLog } from "./followed-log.ts";
import { LogLines } from "./log-lines.ts";
import { LogReader } from "./log-reader.ts";
import { RunLog } from "./run-log.ts";

/** What a log has come to since the last look. */
export interface LogNews {
  readonly lines: readonly string[];
  /** It became shorter, or another run has begun: what was there before is gone. */
  readonly isAnew: boolean;
  readonly runId: number | null;
  readonly isOver: boolean;
}

interface Reading {
  readonly runId: number | null;
  readonly source: LogReader | FollowedLog;
  lines: LogLines;
}

/** The last lines of a task's log, and then line by line what is written, run after run, also on another host. */
export class LogTail implements AsyncDisposable {
  readonly #session: Session;
  readonly #taskId: string;
  readonly #linesMax: number;
  #read: Reading | null = null;

  constructor(session: Session, taskId: string, { linesMax }: { readonly linesMax: number }) {
    this.#session = session;
    this.#taskId = taskId;
    this.#linesMax = linesMax;
  }

  /** The lines that are new, without escape sequences; of a line that was written over its last state. */
  async read(): Promise<LogNews> {
    const log = await RunLog.find(this.#session, this.#taskId);
    const runId = log.run?.id ?? null;
    const isAnew = this.#read?.runId !== runId;
    if (isAnew) await this[Symbol.asyncDispose]();
    this.#read ??= {
      runId,
      source: log.isElsewhere ? new FollowedLog(log) : new LogReader(log, { lines: this.#linesMax }),
      lines: new LogLines(),
    };
    try {
      return { ...this.#take(this.#read, log.run?.endedAtMs != null, isAnew), runId };
    } catch (error) {
      // Read anew the next time: what was followed has ended with that.
      await this[Symbol.asyncDispose]();
      throw error;
    }
  }

  #take(read: Reading, hasEnded: boolean, isOther: boolean): Omit<LogNews, "runId"> {
    const { source } = read;
    let isAnew = isOther;
    let lines: string[] = [];
    for (let piece = source.next(hasEnded); piece !== null; piece = source.next(hasEnded)) {
      if (piece.isCut) {
        isAnew = true;
        lines = [];
        read.lines = new LogLines();
      } else lines.push(...read.lines.push(piece.bytes).map(shownLine));
      if (lines.length > 2 * this.#linesMax) lines.splice(0, lines.length - this.#linesMax);
    }
    const isOver = source instanceof FollowedLog ? source.isOver : hasEnded;
    if (isOver) lines.push(...read.lines.end().map(shownLine));
    return { lines, isAnew, isOver };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const source = this.#read?.source;
    this.#read = null;
    if (source instanceof FollowedLog) await source[Symbol.asyncDispose]();
    else source?.[Symbol.dispose]();
  }
}

function shownLine(line: string): string {
  const text = Bun.stripANSI(line.slice(0, partCharsMax)).replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1).replaceAll("\t", "    ");
}
