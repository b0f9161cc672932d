import { signal } from "@preact/signals";
import { move } from "../store/act.ts";
import { cards, selected } from "../store/current.ts";
import { toast } from "../store/toasts.ts";
import { wayInto } from "../store/verbs.ts";
import type { Card } from "../store/wire.ts";

/** The cards that are being dragged. */
export const dragged = signal<readonly Card[]>([]);
/** The column that they are over. */
export const over = signal<string | null>(null);

/** Why none of the dragged cards can go into a column; null: some can. */
export function refusal(column: string): string | null {
  const ways = dragged.value.map((card) => wayInto(column, card));
  const [first] = ways;
  return first === undefined || ways.some((way) => "verb" in way) || !("reason" in first)
    ? null
    : first.reason;
}

/** Dragging one selected card drags all that are selected. */
export function alsoSelected(id: string): Card[] {
  const ids = selected.peek().has(id) ? [...selected.peek()] : [id];
  return ids.flatMap((one) => cards.peek()?.card(one)?.peek() ?? []);
}

/** Brings cards into a column, each by the verb that leads there. */
export function moveInto(column: string, tasks: readonly Card[]): void {
  const ways = tasks.map((card) => ({ card, way: wayInto(column, card) }));
  const possible = ways.flatMap(({ card, way }) => ("verb" in way ? [{ card, verb: way.verb }] : []));
  const refused = ways.flatMap(({ card, way }) => ("reason" in way ? [`${card.title}: ${way.reason}`] : []));
  const isHere = ways.every(({ way }) => "reason" in way && way.reason === "It is here.");
  if (refused.length > 0 && !isHere) toast("Not moved", { isBad: true, lines: refused });
  for (const [name, group] of Map.groupBy(possible, ({ verb }) => verb.name))
    void move(
      group.map(({ card }) => card),
      name,
    );
}
