import { type Signal, signal } from "@preact/signals";
import { ApiError, boardPath, call, describe } from "./api.ts";
import type { CardFilter, CardSource, ColumnCards } from "./card-source.ts";
import { type Column, columnOf, columns, compareCards } from "./columns.ts";
import { type Batch, followBoard } from "./live.ts";
import type { Card, CardData, TaskPage } from "./wire.ts";

const pageSize = 100;
const recountMs = 1_000;
const retryMs = 1_000;
const empty: ColumnCards = { ids: [], total: 0, cursor: null };

/** The cards of a board under a filter, as they are now: the first page of each column, and what was asked for beyond. */
export class BoardCards implements CardSource {
  readonly board: string;
  readonly filter: CardFilter;
  readonly state = signal<{ readonly isReady: boolean; readonly problem: string | null }>({
    isReady: false,
    problem: null,
  });
  readonly #cards = new Map<string, Signal<Card>>();
  readonly #columns = new Map<string, Signal<ColumnCards>>(columns.map(({ id }) => [id, signal(empty)]));
  readonly #loading = new Set<string>();
  readonly #listeners = new Set<(batch: Batch) => void>();
  #unfollow: (() => void) | null = null;
  #recountTimer = 0;
  #retryTimer = 0;
  #isClosed = false;

  constructor(board: string, filter: CardFilter) {
    this.board = board;
    this.filter = filter;
  }

  keyOf({ id }: Pick<Card, "id">): string {
    return id;
  }

  column(id: string): Signal<ColumnCards> {
    return this.#columns.get(id) ?? signal(empty);
  }

  card(id: string): Signal<Card> | undefined {
    return this.#cards.get(id);
  }

  listen(listener: (batch: Batch) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async load(shown: readonly Column[]): Promise<void> {
    try {
      const pages = await Promise.all(shown.map((column) => this.#ask(column, null)));
      if (this.#isClosed) return;
      for (const [at, page] of pages.entries()) {
        const { id } = shown[at] as Column;
        this.column(id).value = { ...empty, ids: this.#keep(page.tasks), cursor: page.next_cursor };
      }
      const [first] = pages;
      if (first !== undefined) this.#count(first);
      this.state.value = { isReady: true, problem: null };
      const from = Math.min(...pages.map((page) => page.last_event_id));
      this.#unfollow?.();
      const again = () => void this.load(shown);
      this.#unfollow = followBoard(this.board, from, (batch) => void this.#take(batch), again);
    } catch (error) {
      if (this.#isClosed) return;
      // What was there stays on the screen.
      this.state.value = { isReady: this.state.peek().isReady, problem: describe(error) };
      clearTimeout(this.#retryTimer);
      if (error instanceof ApiError && error.kind === "not_found") return;
      this.#retryTimer = setTimeout(() => void this.load(shown), retryMs) as unknown as number;
    }
  }

  async loadMore(id: string): Promise<void> {
    const column = columns.find((one) => one.id === id);
    const { cursor } = this.column(id).value;
    if (column === undefined || cursor === null || this.#loading.has(id)) return;
    this.#loading.add(id);
    try {
      const page = await this.#ask(column, cursor);
      const now = this.column(id).value;
      const known = new Set(now.ids);
      const ids = [...now.ids, ...this.#keep(page.tasks).filter((one) => !known.has(one))];
      this.column(id).value = { ...now, ids, cursor: page.next_cursor };
    } finally {
      this.#loading.delete(id);
    }
  }

  put(card: Card): void {
    const known = this.#cards.get(card.id);
    if (known !== undefined && known.value.revision > card.revision) return;
    if (!this.#isWanted(card)) {
      this.remove(card.id);
      return;
    }
    const from = known === undefined ? null : columnOf(known.value.status);
    const to = columnOf(card.status);
    if (from !== null && from === to && known !== undefined) {
      const { priority, title } = known.value;
      known.value = card;
      if (priority === card.priority && title === card.title && this.filter.sort !== "updated") return;
    }
    if (from !== null) this.#takeOut(from, card.id, from !== to);
    if (to === null) this.#cards.delete(card.id);
    else this.#insert(to, card, from !== to);
    if (known === undefined) this.#recountSoon();
  }

  /** It is no longer there, or does not fit the filter any more. */
  remove(id: string): void {
    const known = this.#cards.get(id);
    if (known === undefined) return;
    const from = columnOf(known.value.status);
    if (from !== null) this.#takeOut(from, id, true);
    this.#cards.delete(id);
  }

  close(): void {
    this.#isClosed = true;
    this.#unfollow?.();
    clearTimeout(this.#recountTimer);
    clearTimeout(this.#retryTimer);
  }

  async #take(batch: Batch): Promise<void> {
    const fitting = await this.#fitting(batch.cards);
    if (this.#isClosed) return;
    const there = new Set(batch.cards.map(({ id }) => id));
    for (const event of batch.events)
      if (event.kind === "deleted" && !there.has(event.task_id)) this.remove(event.task_id);
    for (const card of batch.cards)
      fitting.has(card.id) ? this.put({ ...card, board: this.board }) : this.remove(card.id);
    for (const listener of [...this.#listeners]) listener(batch);
  }

  /** Which of them the filter finds: what is searched in a body or a comment only the server knows. */
  async #fitting(cards: readonly CardData[]): Promise<ReadonlySet<string>> {
    const ids = cards.filter((card) => this.#isWanted(card)).map(({ id }) => id);
    if (this.filter.q === "" || ids.length === 0) return new Set(ids);
    const page = await this.#list({ id: ids.join(), limit: "500" });
    return new Set(page.tasks.map(({ id }) => id));
  }

  /** As far as the card itself says so. */
  #isWanted(card: CardData): boolean {
    const { assignee, tenant } = this.filter;
    return (
      (assignee === null || (card.assignee ?? "") === assignee) && (tenant === null || card.tenant === tenant)
    );
  }

  #insert(id: string, card: Card, isNew: boolean): void {
    const column = this.column(id);
    const { ids, total, cursor } = column.value;
    const sort = id === "done" ? "completed" : this.filter.sort;
    const at = ids.findIndex((other) => {
      const there = this.#cards.get(other)?.value;
      return there !== undefined && compareCards(sort, card, there) < 0;
    });
    // Behind all that are loaded: it comes with its page.
    const isBehind = at === -1 && cursor !== null;
    const known = this.#cards.get(card.id);
    if (isBehind) this.#cards.delete(card.id);
    else if (known === undefined) this.#cards.set(card.id, signal(card));
    else known.value = card;
    const placed = isBehind ? ids : at === -1 ? [...ids, card.id] : ids.toSpliced(at, 0, card.id);
    column.value = { ids: placed, cursor, total: total + (isNew ? 1 : 0) };
  }

  #takeOut(id: string, card: string, isGone: boolean): void {
    const column = this.column(id);
    const { ids, total, cursor } = column.value;
    column.value = { ids: ids.filter((one) => one !== card), cursor, total: total - (isGone ? 1 : 0) };
  }

  #keep(cards: readonly CardData[]): string[] {
    for (const data of cards) {
      const card = { ...data, board: this.board };
      const known = this.#cards.get(card.id);
      if (known === undefined) this.#cards.set(card.id, signal(card));
      else known.value = card;
    }
    return cards.map(({ id }) => id);
  }

  #ask(column: Column, cursor: string | null): Promise<TaskPage> {
    const sort = column.id === "done" ? "completed" : this.filter.sort;
    return this.#list({
      status: column.statuses.join(),
      sort,
      limit: String(pageSize),
      ...(cursor === null ? {} : { cursor }),
    });
  }

  #list(how: Readonly<Record<string, string>>): Promise<TaskPage> {
    const { q, assignee, tenant } = this.filter;
    const query = new URLSearchParams({
      ...how,
      ...(q === "" ? {} : { q }),
      ...(assignee === null ? {} : { assignee }),
      ...(tenant === null ? {} : { tenant }),
    });
    return call<TaskPage>("GET", `${boardPath(this.board, "tasks")}?${query}`);
  }

  #count({ by_status }: Pick<TaskPage, "by_status">): void {
    for (const { id, statuses } of columns) {
      const total = statuses.reduce((sum, status) => sum + (by_status[status] ?? 0), 0);
      const column = this.column(id);
      if (column.value.total !== total) column.value = { ...column.value, total };
    }
  }

  /** Of a task that is not loaded it is not known where it was: the server counts, once for many. */
  #recountSoon(): void {
    if (this.#recountTimer !== 0) return;
    this.#recountTimer = setTimeout(async () => {
      this.#recountTimer = 0;
      try {
        const page = await this.#list({ limit: "1" });
        if (!this.#isClosed) this.#count(page);
      } catch {
        // The next change counts again; a connection that is lost is said elsewhere.
      }
    }, recountMs) as unknown as number;
  }
}
