import type { Answer } from "./answer.ts";
import { inOrder } from "./in-order.ts";
import type { Session } from "./server.ts";

/** The answers to what was sent in a session and is not waited for: they are, with the next that is asked. */
export class SentAnswers {
  readonly #session: Session;
  #sent: Promise<unknown>[] = [];
  /** Whatever was asked before: what went out behind one that fails is refused for that alone. */
  #earlier: Promise<unknown> = Promise.resolve();

  constructor(session: Session) {
    this.#session = session;
  }

  add(sent: Promise<unknown>): void {
    sent.catch(() => {}); // told to whoever waits for it
    this.#sent.push(sent);
  }

  /** The answer to what was asked behind all of them, if none of them is an error. */
  async before(asked: Promise<Answer>): Promise<Answer> {
    const all = inOrder<unknown>([this.#earlier, ...this.take(), asked]);
    this.#earlier = all;
    try {
      await all;
      return await asked;
    } catch (error) {
      throw this.#session.explain(error);
    }
  }

  /** All that is left, for the caller to wait for. */
  take(): readonly Promise<unknown>[] {
    return this.#sent.splice(0);
  }
}
