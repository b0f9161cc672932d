import { computed, effect, signal } from "@preact/signals";
import { BoardCards, type CardFilter } from "./cards.ts";
import { type Sort, shownColumns, sorts } from "./columns.ts";
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
