import type { Card } from "../../board/card.ts";
import { partCharsMax } from "../../board/cut-text.ts";
import type { BoardEvent } from "../../board/event.ts";
import { ChangeWatch } from "../../dispatcher/resident/change-watch.ts";
import { describeError, type Failure } from "../../home/failure.ts";
import type { Session } from "../../home/session/session.ts";
import type { NewsSource } from "../../store/news.ts";
import { identityOf, placeOf } from "../../store/place.ts";
import { boardPaths } from "../../system/home/board-paths.ts";
import type { WebHome } from "../web-home.ts";

/** From one look at a board to the next: shortly after something was written, where the kernel says when to look, and where not. */
const lookMs = { busy: 4, watched: 1_000, unwatched: 25 };
/** The kernel tells of what is written before it can be read: a commit waits for the disk. */
const busyForMs = 400;
/** Read at a time: a tab that was away comes back in steps. */
const batchMax = 500;
const retryMs = 500;

/** What a reader that has seen all events up to `after` has not seen. */
export interface FeedBatch {
  readonly board: string;
  readonly after: number;
  /** Go on behind this one. */
  readonly lastId: number;
  readonly events: readonly BoardEvent[];
  /** The tasks of these events, as they are now. */
  readonly cards: readonly Card[];
}

/** A follower of a board. */
export interface FeedReader {
  /** The id of the last event that it has been given. */
  position: number;
  /** False while what it was given has not gone out yet: it is given the rest later. */
  isReady(): boolean;
  give(batch: FeedBatch): void;
  /** The board was replaced or restored from a backup: forget what was seen. */
  reset(lastId: number): void;
  /** The board can't be read just now. */
  fail(failure: Failure): void;
}

/** Sends the events of one board to all its followers, each once and in order, whoever caused them. */
export class BoardFeed {
  readonly slug: string;
  readonly #web: WebHome;
  readonly #readers = new Set<FeedReader>();
  readonly #changes: ChangeWatch;
  #busyUntilMs = 0;
  #wake: (() => void) | null = null;
  #isDue = true;
  #isRunning = false;
  /** Which board its readers have been told of; null: of none yet. */
  #told: string | null = null;

  constructor(web: WebHome, slug: string) {
    this.#web = web;
    this.slug = slug;
    this.#changes = new ChangeWatch(() => this.noteChange());
  }

  /** From now on it is given what it has not seen. */
  add(reader: FeedReader): void {
    this.#readers.add(reader);
    if (!this.#isRunning) void this.#run();
    this.look();
  }

  remove(reader: FeedReader): void {
    this.#readers.delete(reader);
    if (this.#readers.size === 0) this.look();
  }

  /** Something may have been written: it is looked at once, and more often for a while. */
  noteChange(): void {
    this.#busyUntilMs = performance.now() + busyForMs;
    this.look();
  }

  /** Looks at once: a reader is ready, or may be. */
  look(): void {
    this.#isDue = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#readers.size > 0) {
        try {
          await this.#follow();
        } catch (error) {
          const failure = describeError(error);
          for (const reader of this.#readers) reader.fail(failure);
          await Bun.sleep(retryMs);
        }
      }
    } finally {
      // In one step with the last question whether anyone follows: who comes from then on starts it anew.
      this.#isRunning = false;
      this.#told = null;
      this.#changes.close();
    }
  }

  /** Until no one follows, or the board is another one. */
  async #follow(): Promise<void> {
    const identity = this.#identity();
    await using session = await this.#web.read(this.slug);
    const { news } = session.store;
    // A board that has taken the place of another one counts its events anew: an id says nothing there.
    if (this.#told !== null && this.#told !== identity) await this.#reset(session);
    this.#told = identity;
    let seen: number | null = null;
    let lookedAtMs = performance.now();
    while (this.#readers.size > 0) {
      const isDue = this.#isDue;
      this.#isDue = false;
      const version = await news.getKnownVersion();
      if (isDue || version !== seen) {
        if (version !== seen) this.#busyUntilMs = performance.now() + busyForMs;
        seen = version;
        await this.#deliver(session);
      }
      if (performance.now() - lookedAtMs >= lookMs.watched) {
        lookedAtMs = performance.now();
        if (this.#identity() !== identity) return;
      }
      await this.#pause(news);
    }
  }

  /** A board that was moved is kept elsewhere from then on. */
  #identity(): string {
    return identityOf(placeOf(boardPaths(this.#web.path, this.slug)));
  }

  async #reset({ store }: Session): Promise<void> {
    const lastId = await store.getLastEventId();
    for (const reader of this.#readers) resetTo(lastId, reader);
  }

  async #deliver({ store }: Session): Promise<void> {
    const lastId = await store.getLastEventId();
    const batches = new Map<number, FeedBatch>();
    for (const reader of [...this.#readers]) {
      if (reader.position > lastId) resetTo(lastId, reader);
      while (reader.position < lastId && reader.isReady() && this.#readers.has(reader)) {
        const batch = batches.get(reader.position) ?? (await this.#read(store, reader.position));
        batches.set(reader.position, batch);
        if (batch.events.length === 0) break;
        reader.position = batch.lastId;
        reader.give(batch);
      }
    }
  }

  async #read(store: Session["store"], after: number): Promise<FeedBatch> {
    const events = await store.listEvents({ afterId: after, limit: batchMax, charsMax: partCharsMax });
    const ids = [...new Set(events.map((event) => event.taskId))];
    const { cards } = ids.length === 0 ? { cards: [] } : await store.listCards({ ids, limit: ids.length });
    return { board: this.slug, after, lastId: events.at(-1)?.id ?? after, events, cards };
  }

  async #pause(news: NewsSource): Promise<void> {
    if (this.#isDue) return;
    const isCovered = this.#changes.cover([news]);
    const isBusy = performance.now() < this.#busyUntilMs;
    const ms = isBusy ? lookMs.busy : isCovered ? lookMs.watched : lookMs.unwatched;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
    this.#wake = null;
  }
}

function resetTo(lastId: number, reader: FeedReader): void {
  reader.position = lastId;
  reader.reset(lastId);
}
