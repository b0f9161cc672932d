import type { Dispatcher } from "./dispatcher.ts";
import type { LoopOptions } from "./loop.ts";
import { type TickReport, withFindings } from "./report.ts";

/** With nothing else to do for so long, a resident waits for the disk. */
const pauseMs = 2;
/** And after so long in any case: on a busy board once for several ticks. */
const patienceMs = 20;

/**
 * The reports of a resident's ticks, told when what they tell of is on the disk: the next workers start meanwhile, for a
 * slow disk may delay what is told, not what runs.
 */
export class ReportKeeper {
  readonly #dispatcher: Dispatcher;
  readonly #options: Pick<LoopOptions, "onReport" | "onError">;
  #reports: TickReport[] = [];
  /** By `performance.now()`: since when the board is ahead of its disk, and when the disk is to be waited for. */
  #ahead: { readonly sinceMs: number; readonly dueMs: number } | null = null;

  constructor(dispatcher: Dispatcher, options: Pick<LoopOptions, "onReport" | "onError">) {
    this.#dispatcher = dispatcher;
    this.#options = options;
  }

  /** When there is something to tell, by `performance.now()`. */
  get nextMs(): number {
    return this.#ahead?.dueMs ?? Number.POSITIVE_INFINITY;
  }

  /** A tick has ended, with a report or without: what it has written is told as soon as it may. */
  async noteTick(report: TickReport | null): Promise<void> {
    if (report !== null) this.#reports.push(report);
    if (!this.#dispatcher.isAhead) return this.tell();
    const nowMs = performance.now();
    const sinceMs = this.#ahead?.sinceMs ?? nowMs;
    this.#ahead = { sinceMs, dueMs: Math.min(nowMs + pauseMs, sinceMs + patienceMs) };
  }

  /** Tells what is due. @param isTickDue there is something to do that comes first, if this has not waited for long. */
  async turn({ isTickDue }: { readonly isTickDue: boolean }): Promise<void> {
    if (this.#ahead === null) return;
    const { sinceMs, dueMs } = this.#ahead;
    if (performance.now() >= (isTickDue ? sinceMs + patienceMs : dueMs)) await this.tell();
  }

  /** Waits for the disk, and tells what was waiting for that. */
  async tell(): Promise<void> {
    this.#ahead = null;
    const reports = this.#reports;
    this.#reports = [];
    let error: unknown = null;
    try {
      await this.#dispatcher.sync();
    } catch (reason) {
      error = reason;
    }
    const last = reports.at(-1);
    for (const report of reports)
      this.#options.onReport(
        report === last ? withFindings(report, this.#dispatcher.takeFindings()) : report,
      );
    // What the ticks did is told all the same: it may not be on the disk, and that is told with it.
    if (error !== null) this.#options.onError(this.#dispatcher.board, error);
  }
}
