import type { SQL } from "bun";

/** After so long it is tried again where the server let no one in. */
const tryAgainMs = 10_000;

/** Hears what is told on a channel of a server. A connection that is lost is made anew by the driver, which says nothing of the loss. */
export class ServerListener {
  readonly #sql: SQL;
  readonly #channel: string;
  readonly #onNotice: (named: string) => void;
  #subscription: SQL.ListenSubscription | null = null;
  #again: Timer | undefined;
  #isOver = false;

  /** @param onNotice with what the notice says; "" where some may have been missed */
  constructor(sql: SQL, channel: string, onNotice: (named: string) => void) {
    this.#sql = sql;
    this.#channel = channel;
    this.#onNotice = onNotice;
    void this.#begin();
  }

  /** False until the server has said so for the first time. */
  get isListening(): boolean {
    return this.#subscription !== null;
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#again);
    void this.#subscription?.unlisten().catch(() => {}); // it is gone with the connection then
    this.#subscription = null;
  }

  async #begin(): Promise<void> {
    try {
      // Called with each new connection as well: what was told meanwhile has gone by.
      const subscription = await this.#sql.listen(this.#channel, this.#tell, () => this.#tell(""));
      if (this.#isOver) await subscription.unlisten();
      else this.#subscription = subscription;
    } catch {
      if (this.#isOver) return;
      // No connection is left, or the server is away: news are asked for, and this is tried again.
      this.#again = setTimeout(() => void this.#begin(), tryAgainMs);
      this.#again.unref();
    }
  }

  readonly #tell = (named: string): void => {
    if (!this.#isOver) this.#onNotice(named);
  };
}
