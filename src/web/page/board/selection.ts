import { cards, focused, selected, whereIs } from "../store/current.ts";
import type { Card } from "../store/wire.ts";

/** Adds a card or takes it out; `isRange`: with all between it and the card that had the focus, in one column. */
export function select(id: string, isRange: boolean): void {
  const next = new Set(selected.peek());
  const from = focused.peek() === null ? null : whereIs(focused.peek() as string);
  const to = whereIs(id);
  if (isRange && from !== null && to !== null && from.column === to.column) {
    const ids = cards.peek()?.column(to.column).peek().ids ?? [];
    for (const one of ids.slice(Math.min(from.at, to.at), Math.max(from.at, to.at) + 1)) next.add(one);
  } else if (!next.delete(id)) next.add(id);
  focused.value = id;
  selected.value = next;
}

/** What names a card among those that are shown. */
export function keyOf(card: Pick<Card, "board" | "id">): string {
  return cards.peek()?.keyOf(card) ?? card.id;
}

/** What is selected; else the card that has the focus. */
export function actedOn(): Card[] {
  const ids =
    selected.peek().size > 0 ? [...selected.peek()] : focused.peek() === null ? [] : [focused.peek()];
  return ids.flatMap(
    (id) =>
      cards
        .peek()
        ?.card(id as string)
        ?.peek() ?? [],
  );
}
