import { CheckpointKeeper } from "./checkpoint-keeper.ts";
import type { Dispatcher } from "./dispatcher.ts";
import { LogSender } from "./log-sender.ts";
import { NoticeKeeper } from "./notify/notice-keeper.ts";
import { hasMovedTasks, type TickReport } from "./report/report.ts";

/**
 * What a process that dispatches does for a board beside its ticks and without the dispatch lock: the write-ahead log goes into
 * the database, people are told of what has happened, and logs are sent to hosts where they are followed.
 */
export class BoardUpkeep {
  readonly #checkpoints: CheckpointKeeper;
  readonly #notices: NoticeKeeper;
  readonly #logs: LogSender;

  /** @param nowMs by the board's clock */
  constructor(dispatcher: Dispatcher, nowMs: () => number) {
    this.#checkpoints = new CheckpointKeeper(dispatcher);
    this.#notices = new NoticeKeeper(dispatcher, nowMs);
    this.#logs = new LogSender(dispatcher);
  }

  /** When there is something to do again by itself, by `performance.now()`. */
  get nextMs(): number {
    return this.#notices.nextMs;
  }

  /** Someone may have written to the board. */
  noteChange(): void {
    this.#checkpoints.noteChange();
  }

  noteTick(report: TickReport): void {
    if (hasMovedTasks(report)) this.noteChange();
    this.#notices.noteTick();
  }

  /** Does what is due; the receiver of a message is not waited for. */
  async turn(): Promise<void> {
    this.#notices.turn();
    this.#logs.turn();
    await this.#checkpoints.turn();
  }

  /** Tells what is due now, in at most so many milliseconds; what is left then the next dispatcher tells. */
  async finish(withinMs: number): Promise<void> {
    await this.#notices.finish(withinMs);
    await this.#logs.finish();
  }
}
