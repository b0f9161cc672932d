import { signal } from "@preact/signals";
import { boardPath, call } from "../store/api.ts";
import { followLog } from "../store/live.ts";

interface LogPart {
  readonly offset: number;
  readonly next_offset: number;
  readonly size_bytes: number;
  readonly text: string;
  readonly is_over: boolean;
}

export interface LogLine {
  readonly text: string;
  /** In bytes of the file. */
  readonly offset: number;
}

const partBytes = 64 * 1024;
/** At most so many lines are kept; beyond that the far end is dropped, and read again when it is scrolled to. */
const linesMax = 50_000;
const encoder = new TextEncoder();

/** A part of a log, however long that is: grown at both ends as it is read, and live at its end. */
export class LogWindow {
  readonly lines = signal<readonly LogLine[]>([]);
  readonly sizeBytes = signal(0);
  /** True: new output is added as it comes. False: an earlier part is shown. */
  readonly isLive = signal(true);
  readonly isOver = signal(false);
  readonly problem = signal<string | null>(null);
  readonly #of: { readonly board: string; readonly task: string; readonly run: number };
  /** Of the log, below /api/v1. */
  readonly path: string;
  #from = 0;
  #to = 0;
  #rest = "";
  #isLoading = false;
  #unfollow: (() => void) | null = null;

  constructor(of: { readonly board: string; readonly task: string; readonly run: number }) {
    this.#of = of;
    this.path = boardPath(of.board, "tasks", of.task, "runs", of.run, "log");
  }

  /** All of it as a file. */
  get address(): string {
    return `/api/v1${this.path}`;
  }

  get hasEarlier(): boolean {
    return this.#from > 0;
  }

  /** The end of the log, and then what is written. */
  follow(): void {
    this.close();
    this.#empty();
    this.isLive.value = true;
    let isFirst = true;
    this.#unfollow = followLog(this.#of, -partBytes, (part) => {
      if (part.text === null) {
        this.isOver.value = true;
        return;
      }
      if (part.isCut) this.#empty();
      else {
        if (isFirst) this.#begin(part.offset);
        isFirst = false;
        this.#append(part.text, part.next_offset);
        this.sizeBytes.value = Math.max(part.size_bytes, part.next_offset);
      }
    });
  }

  close(): void {
    this.#unfollow?.();
    this.#unfollow = null;
  }

  /** Shows the part around an offset of the file. */
  async show(offset: number): Promise<void> {
    this.close();
    this.isLive.value = false;
    const start = Math.max(0, offset - partBytes / 2);
    const part = await this.#read(start);
    if (part === null) return;
    this.#empty();
    this.#begin(part.offset);
    this.#append(part.text, part.next_offset);
    this.sizeBytes.value = part.size_bytes;
  }

  /** Adds what comes before; how many lines that are. */
  async loadEarlier(): Promise<number> {
    if (this.#from === 0 || this.#isLoading) return 0;
    const start = Math.max(0, this.#from - partBytes);
    const part = await this.#read(start);
    if (part === null) return 0;
    const whole = part.text.slice(0, cutAt(part, this.#from));
    const [first, ...others] = this.lines.value;
    const joined = linesOf(whole + (first?.text ?? ""), start);
    this.#from = start;
    this.lines.value = [...joined, ...others].slice(0, linesMax);
    return joined.length - 1;
  }

  /** Adds what comes after, where an earlier part is shown. */
  async loadLater(): Promise<void> {
    if (this.isLive.value || this.#to >= this.sizeBytes.value || this.#isLoading) return;
    const part = await this.#read(this.#to);
    if (part === null) return;
    this.#append(part.text, part.next_offset);
    this.sizeBytes.value = part.size_bytes;
  }

  #begin(offset: number): void {
    this.#from = offset;
    this.#to = offset;
  }

  #empty(): void {
    this.lines.value = [];
    this.#rest = "";
    this.#begin(0);
  }

  #append(text: string, next: number): void {
    const known = this.lines.value;
    const last = known.at(-1);
    const isOpen = last !== undefined && !this.#endsWithNewline;
    const start = isOpen ? last.offset : this.#to;
    const added = linesOf((isOpen ? last.text : "") + text, start);
    this.#rest = text === "" ? this.#rest : text;
    // A newline at the end starts no further line.
    if (added.at(-1)?.text === "") added.pop();
    this.lines.value = [...(isOpen ? known.slice(0, -1) : known), ...added].slice(-linesMax);
    this.#to = next;
    this.#from = Math.min(this.#from, this.lines.value[0]?.offset ?? this.#from);
    if (this.lines.value.length === linesMax) this.#from = this.lines.value[0]?.offset ?? this.#from;
  }

  get #endsWithNewline(): boolean {
    return this.#rest.endsWith("\n");
  }

  async #read(offset: number): Promise<LogPart | null> {
    this.#isLoading = true;
    try {
      return await call<LogPart>("GET", `${this.path}/text?offset=${offset}`);
    } catch (error) {
      this.problem.value = (error as Error).message;
      return null;
    } finally {
      this.#isLoading = false;
    }
  }
}

function linesOf(text: string, start: number): LogLine[] {
  let offset = start;
  return text.split("\n").map((line) => {
    const made = { text: line, offset };
    offset += encoder.encode(line).length + 1;
    return made;
  });
}

/** How many characters of a part lie before `end`. */
function cutAt({ text, offset, next_offset }: LogPart, end: number): number {
  if (next_offset <= end) return text.length;
  return new TextDecoder().decode(encoder.encode(text).subarray(0, end - offset)).length;
}
