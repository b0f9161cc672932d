import { computed, effect, signal } from "@preact/signals";
import { BoardCards, type CardFilter } from "./cards.ts";
import { columnOf, type Sort, shownColumns, sorts } from "./columns.ts";
import { named, place } from "./location.ts";
import { session } from "./session.ts";

/** The board of the address; else the one that was shown last. */
export const board = signal<string | null>(null);

/** What the address says about which tasks are shown. */
export const filter = computed<CardFilter>(() => {
  const { query } = place.value;
  const sort = query.get("sort") as Sort;
  return {
    q: query.get("q") ?? "",
    assignee: query.get("assignee"),
    tenant: query.get("tenant"),
    sort: (sorts as readonly string[]).includes(sort) ? sort : "priority",
  };
});

/** The cards of the board that is shown. null until it is known who asks. */
export const cards = signal<BoardCards | null>(null);

/** Which card has the focus of the keyboard on the board, or had it last. */
export const focused = signal<string | null>(null);

/** What is done next is done to all of these. */
export const selected = signal<ReadonlySet<string>>(new Set());

const key = computed(() =>
  JSON.stringify([board.value, filter.value, shownColumns.value.map(({ id }) => id)]),
);

/** Begins: from now on `cards` are those of the address. */
export function showCurrentBoard(): void {
  effect(() => {
    const asked = named.value.board ?? board.peek() ?? session.value?.board ?? null;
    if (asked !== null) board.value = asked;
  });
  let last: BoardCards | null = null;
  effect(() => {
    // Whatever else the address says does not load it anew.
    key.value;
    const of = board.peek();
    if (session.value === null || of === null) return;
    const made = new BoardCards(of, filter.peek());
    last?.close();
    last = made;
    // Until the others are there the old ones of the same board stay on the screen.
    if (cards.peek()?.board !== of) cards.value = made;
    void made.load(shownColumns.peek()).then(() => {
      if (last === made) cards.value = made;
    });
  });
}

/** Where on the board a card is; null where it is not loaded. */
export function whereIs(id: string): { readonly column: string; readonly at: number } | null {
  const of = cards.peek();
  const column = columnOf(of?.card(id)?.peek().status ?? "");
  if (of === null || column === null) return null;
  const at = of.column(column).peek().ids.indexOf(id);
  return at === -1 ? null : { column, at };
}
