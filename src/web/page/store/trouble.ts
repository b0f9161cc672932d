import type { Card } from "./wire.ts";

/** Its last try failed, and none has succeeded since. */
export function isFailed(card: Card): boolean {
  return card.status !== "done" && card.status !== "archived" && card.consecutive_failures > 0;
}
