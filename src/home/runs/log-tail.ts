import { partCharsMax } from "../../board/cut-text.ts";
import type { Session } from "../session/session.ts";
import type { LogFile } from "./log-file.ts";
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
  #log: RunLog | null = null;
  #file: LogFile | null = null;
  #decoder = new TextDecoder();
  #rest = "";

  constructor(session: Session, taskId: string, { linesMax }: { readonly linesMax: number }) {
    this.#session = session;
    this.#taskId = taskId;
    this.#linesMax = linesMax;
  }

  /** The lines that are new, without escape sequences; of a line that was written over its last state. */
  async read(): Promise<LogNews> {
    const log = await RunLog.find(this.#session, this.#taskId);
    const isOther = log.run?.id !== this.#log?.run?.id;
    const path = log.path ?? "";
    const isAnew = isOther || this.#file?.hasLostText(path) === true;
    if (isAnew) this.#close();
    this.#log = log;
    const isOver = log.run?.endedAtMs != null;
    if (this.#file === null) {
      this.#file = log.tryOpen();
      this.#file?.seekLastLines(this.#linesMax);
    }
    return { lines: this.#readLines(isOver), isAnew, runId: log.run?.id ?? null, isOver };
  }

  [Symbol.dispose](): void {
    this.#close();
  }

  #readLines(isOver: boolean): readonly string[] {
    const lines: string[] = [];
    for (let bytes = this.#file?.readChunk(); bytes; bytes = this.#file?.readChunk()) {
      const parts = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
      this.#rest = parts.pop()?.slice(-partCharsMax) ?? "";
      for (const part of parts) lines.push(shownLine(part));
      if (lines.length > 2 * this.#linesMax) lines.splice(0, lines.length - this.#linesMax);
    }
    if (isOver && this.#rest !== "") {
      lines.push(shownLine(this.#rest));
      this.#rest = "";
    }
    return lines;
  }

  #close(): void {
    this.#file?.[Symbol.dispose]();
    this.#file = null;
    this.#decoder = new TextDecoder();
    this.#rest = "";
  }
}

function shownLine(line: string): string {
  const text = Bun.stripANSI(line.slice(0, partCharsMax)).replace(/\r+$/, "");
  return text.slice(text.lastIndexOf("\r") + 1).replaceAll("\t", "    ");
}
