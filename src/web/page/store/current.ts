import { computed, effect, signal, untracked } from "@preact/signals";
import { readableBoards } from "./boards.ts";
import type { CardFilter, CardSource } from "./card-source.ts";
import { BoardCards } from "./cards.ts";
import { columnOf, type Sort, shownColumns, sorts } from "./columns.ts";
import { named, place } from "./location.ts";
import { session } from "./session.ts";

/** The board of the address; else the one that was shown last. */
export const board = signal<string | null>(null);

let wasJoint = false;
/** Whether all boards are shown in one; beside a task what was there before it stays. */
export const isJoint = computed(() => {
  if (named.value.task === null) wasJoint = place.value.path === "/all";
  return wasJoint;
});

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

/** The cards that are shown. null until it is known who asks. */
export const cards = signal<CardSource | null>(null);

/** Which card has the focus of the keyboard on the board, or had it last. */
export const focused = signal<string | null>(null);

/** The selected cards: the next move is for all of them. */
export const selected = signal<ReadonlySet<string>>(new Set());

const key = computed(() =>
  JSON.stringify([
    isJoint.value ? readableBoards() : board.value,
    filter.value,
    shownColumns.value.map(({ id }) => id),
  ]),
);

/** Begins: from now on `cards` are those of the address. */
export function showCurrentBoard(): void {
  effect(() => {
    const asked = named.value.board ?? board.peek() ?? session.value?.board ?? null;
    if (asked !== null) board.value = asked;
  });
  let last: CardSource | null = null;
  const show = (made: CardSource) => {
    last?.close();
    last = made;
    // Until the others are there the old ones of the same board stay on the screen.
    if (cards.peek()?.board !== made.board) cards.value = made;
    void made.load(shownColumns.peek()).then(() => {
      if (last === made) cards.value = made;
    });
  };
  effect(() => {
    // Other parts of the address do not load it again.
    const now = key.value;
    const of = board.peek();
    if (session.value === null) return;
    if (!isJoint.peek()) {
      if (of !== null) show(new BoardCards(of, filter.peek()));
      return;
    }
    const slugs = untracked(readableBoards);
    if (slugs.length === 0) return;
    void import("./joint-cards.ts").then(({ JointCards }) => {
      if (key.peek() === now) show(new JointCards(slugs, filter.peek()));
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
