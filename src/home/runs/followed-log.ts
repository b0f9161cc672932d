import type { LogPiece } from "./log-reader.ts";
import type { RunLog } from "./run-log.ts";

/** The log of a run that is at work on another host, collected as it comes, for who looks now and then and doesn't wait. */
export class FollowedLog implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #pieces: LogPiece[] = [];
  readonly #following: Promise<void>;
  #failure: { readonly error: unknown } | null = null;
  #hasEnded = false;

  constructor(log: RunLog) {
    this.#following = this.#follow(log);
  }

  async #follow(log: RunLog): Promise<void> {
    try {
      for await (const piece of log.follow({ signal: this.#stop.signal })) this.#pieces.push(piece);
    } catch (error) {
      this.#failure = { error };
    }
    this.#hasEnded = true;
  }

  /** The run is over, and all that is known of it was given. */
  get isOver(): boolean {
    return this.#hasEnded && this.#pieces.length === 0;
  }

  /** null: nothing just now. @throws what kept it from being followed: nothing comes after that */
  next(): LogPiece | null {
    const piece = this.#pieces.shift() ?? null;
    if (piece === null && this.#failure !== null) throw this.#failure.error;
    return piece;
  }

  /** Nothing is asked of the board after this. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#following;
  }
}
