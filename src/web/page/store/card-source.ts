import type { ReadonlySignal } from "@preact/signals";
import type { Column, Sort } from "./columns.ts";
import type { Batch } from "./live.ts";
import type { Card } from "./wire.ts";

/** Which tasks are shown. */
export interface CardFilter {
  readonly q: string;
  /** Empty: of no one; null: of anyone. */
  readonly assignee: string | null;
  readonly tenant: string | null;
  readonly sort: Sort;
}

/** What is loaded of a column, and how many it has in all. */
export interface ColumnCards {
  /** Keys of cards. */
  readonly ids: readonly string[];
  readonly total: number;
  /** Where it goes on; null: all are loaded. */
  readonly cursor: string | null;
}

export interface CardsState {
  readonly isReady: boolean;
  /** Why nothing is shown, or not all of it. */
  readonly problem: string | null;
}

/** The cards that are shown, of one board or of all, as they are now. A card is named by a key, which is only good here. */
export interface CardSource {
  /** null: of all boards. */
  readonly board: string | null;
  readonly filter: CardFilter;
  readonly state: ReadonlySignal<CardsState>;
  keyOf(card: { readonly board: string; readonly id: string }): string;
  column(id: string): ReadonlySignal<ColumnCards>;
  /** undefined: it is not loaded. */
  card(key: string): ReadonlySignal<Card> | undefined;
  /** Loads the shown columns, all at once, and follows what happens from then on. */
  load(shown: readonly Column[]): Promise<void>;
  /** The next page of a column, where it has one. */
  loadMore(id: string): Promise<void>;
  /** Puts a card from an answer into its column at once. */
  put(card: Card): void;
  /** Calls `listener` after each change, with the cards already updated. Returns a function that ends it. */
  listen(listener: (batch: Batch) => void): () => void;
  close(): void;
}
