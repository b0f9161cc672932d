import { computed, type ReadonlySignal } from "@preact/signals";
import type { CardFilter, CardSource, CardsState, ColumnCards } from "./card-source.ts";
import { BoardCards } from "./cards.ts";
import { type Column, columns, compareCards } from "./columns.ts";
import type { Batch } from "./live.ts";
import type { Card } from "./wire.ts";

/** The cards of all boards of the home in one: each column in one order, over the boards. */
export class JointCards implements CardSource {
  readonly board = null;
  readonly filter: CardFilter;
  readonly state: ReadonlySignal<CardsState>;
  readonly #boards: ReadonlyMap<string, BoardCards>;
  readonly #columns: ReadonlyMap<string, ReadonlySignal<ColumnCards>>;

  constructor(boards: readonly string[], filter: CardFilter) {
    this.filter = filter;
    this.#boards = new Map(boards.map((slug) => [slug, new BoardCards(slug, filter)]));
    this.state = computed(() => this.#join());
    this.#columns = new Map(columns.map(({ id }) => [id, computed(() => this.#merge(id))]));
  }

  keyOf({ board, id }: Pick<Card, "board" | "id">): string {
    return `${board}/${id}`;
  }

  column(id: string): ReadonlySignal<ColumnCards> {
    return this.#columns.get(id) as ReadonlySignal<ColumnCards>;
  }

  card(key: string): ReadonlySignal<Card> | undefined {
    const at = key.lastIndexOf("/");
    return this.#boards.get(key.slice(0, at))?.card(key.slice(at + 1));
  }

  async load(shown: readonly Column[]): Promise<void> {
    await Promise.all([...this.#boards.values()].map((cards) => cards.load(shown)));
  }

  async loadMore(id: string): Promise<void> {
    await Promise.all([...this.#boards.values()].map((cards) => cards.loadMore(id)));
  }

  put(card: Card): void {
    this.#boards.get(card.board)?.put(card);
  }

  listen(listener: (batch: Batch) => void): () => void {
    const ends = [...this.#boards.values()].map((cards) => cards.listen(listener));
    return () => {
      for (const end of ends) end();
    };
  }

  close(): void {
    for (const cards of this.#boards.values()) cards.close();
  }

  /** A board that cannot be read does not hide the others. */
  #join(): CardsState {
    const states = [...this.#boards].map(([slug, cards]) => ({ slug, ...cards.state.value }));
    const failed = states.filter(({ problem }) => problem !== null);
    return {
      isReady:
        failed.length < states.length && states.every(({ isReady, problem }) => isReady || problem !== null),
      problem:
        failed.length === 0 ? null : failed.map(({ slug, problem }) => `${slug}: ${problem}`).join(" · "),
    };
  }

  /** Merges in order. After the last loaded card of a board the cards of the others wait for its next page. */
  #merge(id: string): ColumnCards {
    const parts = [...this.#boards].map(([slug, cards]) => ({
      slug,
      cards,
      at: 0,
      ...cards.column(id).value,
    }));
    const total = parts.reduce((sum, part) => sum + part.total, 0);
    const cursor = parts.find((part) => part.cursor !== null)?.cursor ?? null;
    const sort = id === "done" ? "completed" : this.filter.sort;
    const ids: string[] = [];
    for (;;) {
      if (parts.some(({ at, ids: own, cursor: next }) => at === own.length && next !== null)) break;
      const heads = parts.flatMap((part) => {
        const card = part.cards.card(part.ids[part.at] ?? "")?.peek();
        return card === undefined ? [] : [{ part, card }];
      });
      const [first, ...others] = heads;
      if (first === undefined) break;
      const next = others.reduce((best, one) => (isBefore(sort, one.card, best.card) ? one : best), first);
      ids.push(this.keyOf(next.card));
      next.part.at += 1;
    }
    return { ids, total, cursor };
  }
}

/** Order of `updated` goes by what a card tells: when it was created, run or done. */
function isBefore(sort: Parameters<typeof compareCards>[0], a: Card, b: Card): boolean {
  return sort === "updated" ? changedAtMs(a) > changedAtMs(b) : compareCards(sort, a, b) < 0;
}

function changedAtMs({ created_at_ms, completed_at_ms, last_run: run }: Card): number {
  return Math.max(created_at_ms, completed_at_ms ?? 0, run?.ended_at_ms ?? run?.started_at_ms ?? 0);
}
