import { partCharsMax } from "../../board/cut-text.ts";
import type { Session } from "../session/session.ts";
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

/** The last lines of a task's log, and then line by line what is written, run after run. */
export class LogTail implements Disposable {
  readonly #session: Session;
  readonly #taskId: string;
  readonly #linesMax: number;
  #read: { readonly runId: number | null; readonly reader: LogReader; lines: LogLines } | null = null;

  constructor(session: Session, taskId: string, { linesMax }: { readonly linesMax: number }) {
    this.#session = session;
    this.#taskId = taskId;
    this.#linesMax = linesMax;
  }

  /** The lines that are new, without escape sequences; of a line that was written over its last state. */
  async read(): Promise<LogNews> {
    const log = await RunLog.find(this.#session, this.#taskId);
    const runId = log.run?.id ?? null;
    let isAnew = this.#read?.runId !== runId;
    if (this.#read === null || isAnew) {
      this[Symbol.dispose]();
      const reader = new LogReader(log, { lines: this.#linesMax });
      this.#read = { runId, reader, lines: new LogLines() };
    }
    const { reader } = this.#read;
    const isOver = log.run?.endedAtMs != null;
    let lines: string[] = [];
    for (let piece = reader.next(isOver); piece !== null; piece = reader.next(isOver)) {
      if (piece.isCut) {
        isAnew = true;
        lines = [];
        this.#read.lines = new LogLines();
      } else lines.push(...this.#read.lines.push(piece.bytes).map(shownLine));
      if (lines.length > 2 * this.#linesMax) lines.splice(0, lines.length - this.#linesMax);
    }
    if (isOver) lines.push(...this.#read.lines.end().map(shownLine));
    return { lines, isAnew, runId, isOver };
  }

  [Symbol.dispose](): void {
    this.#read?.reader[Symbol.dispose]();
    this.#read = null;
  }
}

function shownLine(line: string): string {
  const text = Bun.stripANSI(line.slice(0, partCharsMax)).replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1).replaceAll("\t", "    ");
}
