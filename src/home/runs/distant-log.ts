import { homeOfHost } from "../../board/host.ts";
import { hostState } from "../../board/host-state.ts";
import type { KeptLog } from "../../board/kept-log.ts";
import { formatDuration } from "../../system/text/duration.ts";
import { formatSize } from "../../system/text/size.ts";
import { wait } from "../../system/wait.ts";
import type { Session } from "../session/session.ts";
import { keptText, wholeLines } from "./kept-text.ts";
import { completeLength, LogFile } from "./log-file.ts";
import type { LogPiece, LogStart } from "./log-reader.ts";

/** It is asked for so long, and again before that is over: who is killed is sent nothing more soon. */
const askForMs = 15_000;
const askAgainMs = 5_000;
/** From one look for an answer to the next. Its host answers once in a second. */
const lookMs = { first: 100, next: 500 };
/** After so long without an answer it is said how its host is. */
const patienceMs = 5_000;

/** The log of a run that is at work on another host, as that host sends it through the board: its end, at most 64 KiB in a second. */
export class DistantLog {
  readonly #store: Session["store"];
  readonly #runId: number;
  readonly #hostname: string;
  #answers = 0;
  #askAtMs = 0;

  constructor(
    { store }: Session,
    { runId, hostname }: { readonly runId: number; readonly hostname: string },
  ) {
    this.#store = store;
    this.#runId = runId;
    this.#hostname = hostname;
  }

  /** Its end, as it is now; null: its host has not answered in time, or is not heard of. */
  async getEnd(): Promise<KeptLog | null> {
    const { signal } = new AbortController();
    const untilMs = performance.now() + patienceMs;
    for (;;) {
      const log = await this.#look();
      // What was sent to someone else who asks may be old.
      if (log !== null) return (await this.#whySilent()) === null ? log : null;
      if (performance.now() > untilMs) return null;
      await wait(lookMs.first, signal);
    }
  }

  /**
   * Its end, and then what is written, until the run is over or the signal. Offsets are those of what is told, not of the file: a
   * reader who knows another offset is told all anew.
   * @param how.isOver whether nothing more will be written; asked before each look
   */
  async *follow({
    lines,
    offset = 0,
    signal,
    isOver,
  }: LogStart & { readonly signal: AbortSignal; readonly isOver: () => Promise<boolean> }): AsyncGenerator<
    LogPiece,
    void,
    undefined
  > {
    if (offset > 0) yield { isCut: true };
    const told = new Told(lines);
    let sayAtMs = performance.now() + patienceMs;
    while (!signal.aborted) {
      const isLast = await isOver();
      const log = isLast ? await this.#store.getRunLog(this.#runId) : await this.#look();
      if (log !== null) {
        for (const piece of told.add(log, isLast)) {
          yield piece;
          if (signal.aborted) return;
        }
        sayAtMs = performance.now() + patienceMs;
      } else if (!isLast && performance.now() > sayAtMs) {
        const words = await this.#whySilent();
        for (const piece of told.say(words)) yield piece;
        sayAtMs = performance.now() + patienceMs;
      }
      if (isLast) return;
      await wait(this.#answers === 0 ? lookMs.first : lookMs.next, signal);
    }
  }

  async #look(): Promise<KeptLog | null> {
    const asks = this.#store.logAsks;
    if (asks === null) return null;
    if (performance.now() >= this.#askAtMs) {
      await asks.ask(this.#runId, askForMs);
      this.#askAtMs = performance.now() + askAgainMs;
    }
    const answer = await asks.getAnswer(this.#runId, this.#answers);
    this.#answers = answer?.answers ?? this.#answers;
    return answer?.log ?? null;
  }

  /** null: its host is well, and what it has was told. */
  async #whySilent(): Promise<string | null> {
    const run = (await this.#store.listLiveRuns()).find(({ runId }) => runId === this.#runId);
    const id = run === undefined ? null : homeOfHost(run);
    const host = (await this.#store.hosts?.list())?.find((one) => one.id === id);
    if (host !== undefined && hostState(host) === "alive")
      return this.#answers > 0 ? null : `${this.#hostname} has not answered yet; see \`kanbun hosts\``;
    const since = host === undefined ? "" : ` for ${formatDuration(host.silentMs)}`;
    return `${this.#hostname} has not been heard of${since}: what the run writes comes when it is back; see \`kanbun hosts\``;
  }
}

/** What was told of a log, of which only the end is ever seen. */
class Told {
  readonly #lines: number | undefined;
  /** How long the log was then; null: nothing was told. */
  #sizeBytes: number | null = null;
  #at = 0;
  #rest: Uint8Array = new Uint8Array();
  #endsLine = true;
  #hasSaid = false;

  constructor(lines: number | undefined) {
    this.#lines = lines;
  }

  *add(log: KeptLog, isLast: boolean): Generator<LogPiece> {
    const before = this.#sizeBytes;
    this.#sizeBytes = log.sizeBytes;
    this.#hasSaid = false;
    if (before === null) yield* this.#give(this.#first(log), isLast, true);
    else if (log.sizeBytes < before) {
      yield { isCut: true };
      this.#at = 0;
      this.#rest = new Uint8Array();
      yield* this.#give(keptText(log, "at work"), isLast, false);
    } else {
      const added = log.sizeBytes - before;
      const missing = added - log.tail.length;
      if (missing > 0) {
        this.#rest = new Uint8Array();
        yield* this.#note(
          `${formatSize(missing)} are left out here: the whole is on ${log.hostname}, in ${log.home}`,
        );
      }
      const text = missing > 0 ? wholeLines(log) : log.tail.subarray(log.tail.length - added);
      yield* this.#give(text, isLast, false);
    }
  }

  /** Why nothing comes, once until something does. */
  *say(words: string | null): Generator<LogPiece> {
    if (words === null || this.#hasSaid) return;
    this.#hasSaid = true;
    yield* this.#note(words);
  }

  /** On a line of its own. */
  *#note(words: string): Generator<LogPiece> {
    yield* this.#give(Buffer.from(`${this.#endsLine ? "" : "\n"}[kanbun: ${words}]\n`), true, false);
  }

  #first(log: KeptLog): Uint8Array {
    if (this.#lines === undefined) return keptText(log, "at work");
    const file = LogFile.of(wholeLines(log));
    return wholeLines(log).subarray(file.seekLastLines(this.#lines));
  }

  *#give(added: Uint8Array, isWhole: boolean, isEarlier: boolean): Generator<LogPiece> {
    const all = Buffer.concat([this.#rest, added]);
    const bytes = isWhole ? all : all.subarray(0, completeLength(all));
    this.#rest = all.subarray(bytes.length);
    if (bytes.length === 0) return;
    const offset = this.#at;
    this.#at += bytes.length;
    this.#endsLine = bytes.at(-1) === 0x0a;
    yield { isCut: false, isEarlier, bytes, offset, sizeBytes: this.#at };
  }
}
