import { type Signal, signal } from "@preact/signals";
import { ApiError, boardPath, call, describe } from "./api.ts";
import type { CardFilter, CardSource, ColumnCards } from "./card-source.ts";
import { type Column, columnOf, columns, compareCards } from "./columns.ts";
import { type Batch, followBoard } from "./live.ts";
import type { Card, CardData, TaskPage } from "./wire.ts";

const pageSize = 100;
/** A column with fewer loaded cards asks for its next page: a list that is shorter than the screen is not scrolled. */
const fewCards = 50;
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
  /** By column, the card as it was that its next page comes after. */
  readonly #ends = new Map<string, Card>();
  readonly #listeners = new Set<(batch: Batch) => void>();
  /** What came first is taken first, though the server is asked about it. */
  #taking = Promise.resolve();
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
      // Read one after another, two of them may have a task that moved in between.
      for (const page of pages.toSorted((a, b) => a.last_event_id - b.last_event_id)) this.#keep(page, true);
      for (const [at, page] of pages.entries()) this.#append((shown[at] as Column).id, [], page);
      const [first] = pages;
      if (first !== undefined) this.#count(first);
      this.state.value = { isReady: true, problem: null };
      const from = Math.min(...pages.map((page) => page.last_event_id));
      this.#unfollow?.();
      const again = () => void this.load(shown);
      const take = (batch: Batch) => {
        this.#taking = this.#taking.then(() => this.#take(batch)).catch(again);
      };
      this.#unfollow = followBoard(this.board, from, take, again);
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
      this.#keep(page, false);
      this.#append(id, this.column(id).value.ids, page);
    } catch {
      // It is asked again with the next change, or when the column is scrolled; a connection that is lost is said elsewhere.
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
    if (from !== to) this.#recountSoon();
  }

  /** It is no longer there, or does not fit the filter any more. */
  remove(id: string): void {
    const known = this.#cards.get(id);
    this.#recountSoon();
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
    const changed = ({ id }: CardData) => batch.events.findLastIndex(({ task_id }) => task_id === id);
    for (const card of batch.cards.toSorted((a, b) => changed(a) - changed(b)))
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
    const end = this.#ends.get(id);
    // It comes with its page.
    const isBehind = at === -1 && cursor !== null && end !== undefined && compareCards(sort, card, end) > 0;
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
    const left = ids.filter((one) => one !== card);
    column.value = { ids: left, cursor, total: total - (isGone ? 1 : 0) };
    if (cursor !== null && left.length < fewCards) void this.loadMore(id);
  }

  /** @param isAfresh nothing that is known may be newer */
  #keep({ tasks }: TaskPage, isAfresh: boolean): void {
    for (const data of tasks) {
      const card = { ...data, board: this.board };
      const known = this.#cards.get(card.id);
      if (known === undefined) this.#cards.set(card.id, signal(card));
      else if (isAfresh || known.value.revision <= card.revision) known.value = card;
    }
  }

  /** Puts behind these what of the page is in the column as it is now. */
  #append(id: string, ids: readonly string[], { tasks, next_cursor: cursor }: TaskPage): void {
    const column = this.column(id);
    const isIn = (card: string) => columnOf(this.#cards.get(card)?.value.status ?? "") === id;
    const more = tasks.filter((task) => isIn(task.id) && !ids.includes(task.id));
    column.value = { ...column.value, ids: [...ids, ...more.map((task) => task.id)], cursor };
    const end = tasks.at(-1);
    if (end !== undefined) this.#ends.set(id, { ...end, board: this.board });
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

  /** Where a task was that is not loaded only the server knows, and its last count may have come before or after a move: it counts again, once for many. */
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
