import type { VListHandle } from "virtua";
import { shownColumns } from "../store/columns.ts";
import { cards, focused, whereIs } from "../store/current.ts";

/** The lists on the screen, by their columns: a card that is out of view is scrolled to before it can have the focus. */
export const lists = new Map<string, VListHandle>();

/** How often to look for a card, one frame apart: it is drawn a moment after the list was scrolled to it. */
const triesMax = 20;

/** Where the focused card was seen last: when it is gone, the card now in its place gets the focus. */
let lastPlace: { readonly column: string; readonly at: number } | null = null;

/** The place of the card that has the focus, as far as it is on the screen. */
function placeOf(id: string | null): typeof lastPlace {
  const at = id === null ? null : whereIs(id);
  const isShown = at !== null && shownColumns.peek().some((column) => column.id === at.column);
  if (isShown) lastPlace = at;
  return isShown ? at : null;
}

/** The card, or the one that is now in the place of one that has left the board; null: its column is empty. */
export function heir(id: string | null): string | null {
  if (placeOf(id) !== null) return id;
  const ids = lastPlace === null ? [] : (cards.peek()?.column(lastPlace.column).peek().ids ?? []);
  return ids[Math.min(lastPlace?.at ?? 0, ids.length - 1)] ?? null;
}

/** Gives a card the focus of the keyboard, wherever it is on the board. */
export function focusCard(id: string, { isScrolling = true } = {}): void {
  focused.value = id;
  const at = placeOf(id);
  if (at !== null && isScrolling) lists.get(at.column)?.scrollToIndex(at.at, { align: "nearest" });
  focusWhenDrawn(id, triesMax, isScrolling);
}

function focusWhenDrawn(id: string, tries: number, isScrolling: boolean): void {
  if (focused.peek() !== id) return;
  const link = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(id)}"] h3 a`);
  link?.focus({ preventScroll: !isScrolling });
  // Before it is measured it is hidden, and takes no focus.
  if (link !== null && document.activeElement === link) {
    if (isScrolling) link.closest(".column")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else if (tries > 0) requestAnimationFrame(() => focusWhenDrawn(id, tries - 1, isScrolling));
}

/** The card so many places down and columns to the right of the focused one; null: there is none. */
export function neighbour(down: number, right: number): string | null {
  const of = cards.peek();
  if (of === null) return null;
  const filled = shownColumns.peek().filter(({ id }) => of.column(id).peek().ids.length > 0);
  const here = placeOf(focused.peek());
  if (here === null) return filled[0] === undefined ? null : (of.column(filled[0].id).peek().ids[0] ?? null);
  const next = filled[filled.findIndex(({ id }) => id === here.column) + right];
  if (next === undefined) return null;
  const { ids } = of.column(next.id).peek();
  const at = Math.min(Math.max(0, here.at + down), ids.length - 1);
  return ids[at] ?? null;
}

/** Where the Tab key comes in: the card that had the focus last, or the first one. */
export function isWayIn(id: string): boolean {
  const last = focused.value;
  if (last !== null && placeOf(last) !== null) return last === id;
  return neighbour(0, 0) === id;
}
