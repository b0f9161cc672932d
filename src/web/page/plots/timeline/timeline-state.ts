import { signal } from "@preact/signals";
import { boardPath, call, describe } from "../../store/api.ts";
import { followBoard } from "../../store/live.ts";
import type { Span } from "../parts/span.ts";
import type { TimelineData } from "../parts/wire.ts";

/** Many events in a row ask once. */
const againMs = 700;

/** The runs of a span, live. */
export class TimelineState {
  readonly data = signal<TimelineData | null>(null);
  readonly problem = signal<string | null>(null);
  readonly #board: string;
  #span: Span | null = null;
  #unfollow: (() => void) | null = null;
  #timer = 0;
  #asked = 0;

  constructor(board: string) {
    this.#board = board;
  }

  /** Asks for the visible span and as much before and after it, unless that is loaded already. */
  async show({ fromMs, toMs }: Span): Promise<void> {
    const has = this.#span;
    const isFine = has !== null && has.toMs - has.fromMs < 12 * (toMs - fromMs);
    if (isFine && has.fromMs <= fromMs && has.toMs >= toMs) return;
    this.#span = { fromMs: fromMs - (toMs - fromMs), toMs: toMs + (toMs - fromMs) };
    await this.#ask();
  }

  async follow(): Promise<void> {
    try {
      const last = await call<{ last_event_id: number }>(
        "GET",
        `${boardPath(this.#board, "events")}?limit=1`,
      );
      const again = () => this.#askSoon();
      this.#unfollow = followBoard(this.#board, last.last_event_id, again, again);
    } catch (error) {
      this.problem.value = describe(error);
    }
  }

  close(): void {
    this.#unfollow?.();
    clearTimeout(this.#timer);
    this.#asked += 1;
  }

  #askSoon(): void {
    if (this.#timer !== 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      void this.#ask();
    }, againMs) as unknown as number;
  }

  async #ask(): Promise<void> {
    if (this.#span === null) return;
    this.#asked += 1;
    const own = this.#asked;
    const { fromMs, toMs } = this.#span;
    const query = `since_at_ms=${Math.max(0, Math.floor(fromMs))}&until_at_ms=${Math.ceil(toMs)}`;
    try {
      const data = await call<TimelineData>("GET", `${boardPath(this.#board, "timeline")}?${query}`);
      // A later request was answered first.
      if (own !== this.#asked) return;
      this.data.value = data;
      this.problem.value = null;
    } catch (error) {
      if (own === this.#asked) this.problem.value = describe(error);
    }
  }
}
