import type { NewsListener, NewsSource } from "../news.ts";
import { isFor, noticeIntervalMs } from "./notice.ts";
import type { Server } from "./server.ts";
import type { ServerListener } from "./server-listener.ts";

/**
 * After so long the server is asked again: by those that hear of news, which a cut may keep from them unnoticed, and by others. A little
 * less than a second: who looks each second must not be told what is as old as that.
 */
const askAgainMs = { hearing: 900, deaf: 250 };
/**
 * What was written behind a notice has none of its own: it is looked for when that is over, and its commit with it. What is no host's work
 * has none for twice as long.
 */
const lookAgainMs = { dispatching: noticeIntervalMs + 25, following: 2 * noticeIntervalMs + 25 };
/** By then what it was called for is taken, or was left for others. */
const calledForMs = 500;

/**
 * News of a board on a server: its number of changes, and the server's notice that there are some. Who asks again and again gets
 * a connection that hears them, until the store is closed; nothing rests on it, for behind a pooler or after a cut it hears
 * nothing and is not told so.
 */
export class PostgresNews implements NewsSource {
  readonly isPaced = true;
  /** By `performance.now()`. */
  #calledAtMs = Number.NEGATIVE_INFINITY;
  readonly #ask: () => Promise<number>;
  readonly #listen: (onNotice: (named: string) => void) => ServerListener | null;
  readonly #dispatcher: string | null;
  readonly #readers = new Set<() => void>();
  #listener: ServerListener | null = null;
  #known = 0;
  /** By `performance.now()`: from then on what is known is too old. */
  #askAtMs = 0;
  #again: Timer | undefined;

  /** @param how.dispatcher which host dispatches by it: notices for others it leaves to them; null: it follows them all */
  constructor(
    server: Server,
    channel: string,
    how: { readonly ask: () => Promise<number>; readonly dispatcher: string | null },
  ) {
    this.#ask = how.ask;
    this.#dispatcher = how.dispatcher;
    this.#listen = (onNotice) => server.tryListen(channel, onNotice);
  }

  get isCalled(): boolean {
    return performance.now() < this.#calledAtMs + calledForMs;
  }

  async getVersion(): Promise<number> {
    const isHearing = this.#listener?.isListening === true;
    // Before it is asked: what is heard meanwhile is for the next time.
    this.#askAtMs = performance.now() + (isHearing ? askAgainMs.hearing : askAgainMs.deaf);
    try {
      this.#known = await this.#ask();
    } catch (error) {
      // The driver says nothing of a lost connection, and would try to get one for as long as the server is away.
      this.#listener?.end();
      this.#listener = null;
      throw error;
    }
    if (this.#readers.size > 0) this.#hearFromNowOn();
    return this.#known;
  }

  async getKnownVersion(): Promise<number> {
    if (performance.now() < this.#askAtMs) return this.#known;
    if (this.#askAtMs !== 0) this.#hearFromNowOn();
    return await this.getVersion();
  }

  tryListen(onNews: () => void): NewsListener | null {
    if (this.#hearFromNowOn() === null) return null;
    const isListening = () => this.#listener?.isListening === true;
    // A set keeps one of two that are alike.
    const reader = () => onNews();
    this.#readers.add(reader);
    return {
      get isListening() {
        return isListening();
      },
      end: () => this.#readers.delete(reader),
    };
  }

  /** To be called when the board is closed. */
  end(): void {
    clearTimeout(this.#again);
    this.#listener?.end();
    this.#listener = null;
    this.#readers.clear();
  }

  #hearFromNowOn(): ServerListener | null {
    this.#listener ??= this.#listen((named) => {
      if (isFor(this.#dispatcher, named)) this.#hear();
    });
    return this.#listener;
  }

  #hear(): void {
    this.#calledAtMs = performance.now();
    this.#tell();
    clearTimeout(this.#again);
    const inMs = this.#dispatcher === null ? lookAgainMs.following : lookAgainMs.dispatching;
    this.#again = setTimeout(() => this.#tell(), inMs);
    this.#again.unref();
  }

  #tell(): void {
    this.#askAtMs = 0;
    for (const reader of this.#readers) reader();
  }
}
