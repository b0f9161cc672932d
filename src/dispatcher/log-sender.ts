import type { Dispatcher } from "./dispatcher.ts";

/** From one look at logs that are asked for to the next. */
const intervalMs = 1_000;

/** Sends the ends of logs to those who ask for them through the board: beside the ticks, and only while someone does. */
export class LogSender {
  readonly #dispatcher: Dispatcher;
  readonly #sent = new Map<number, string>();
  #underWay: Promise<void> | null = null;
  #atMs = 0;

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  /** Begins what is due, and waits for nothing. */
  turn(): void {
    if (!this.#dispatcher.isLogAsked || this.#underWay !== null || performance.now() < this.#atMs) return;
    this.#atMs = performance.now() + intervalMs;
    this.#underWay = this.#send().finally(() => {
      this.#underWay = null;
    });
  }

  /** Waits for what is being sent. */
  async finish(): Promise<void> {
    await this.#underWay;
  }

  async #send(): Promise<void> {
    try {
      await this.#dispatcher.answerAskedLogs(this.#sent);
    } catch {
      // What is wrong with the store, the next tick says; who asks hears that no one answers.
    }
  }
}
