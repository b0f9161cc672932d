import { computed } from "@preact/signals";
import { place } from "./location.ts";
import type { Card, TaskStatus } from "./wire.ts";

export interface Column {
  readonly id: string;
  readonly title: string;
  readonly statuses: readonly TaskStatus[];
}

export const columns: readonly Column[] = [
  { id: "triage", title: "Triage", statuses: ["triage"] },
  { id: "todo", title: "To do", statuses: ["todo", "scheduled"] },
  { id: "ready", title: "Ready", statuses: ["ready"] },
  { id: "running", title: "Running", statuses: ["running"] },
  { id: "blocked", title: "Needs you", statuses: ["blocked"] },
  { id: "review", title: "Review", statuses: ["review"] },
  { id: "done", title: "Done", statuses: ["done"] },
  { id: "archived", title: "Archived", statuses: ["archived"] },
];

const usual = columns.filter(({ id }) => id !== "archived").map(({ id }) => id);

/** The columns that are shown, in the order of the address: `?columns=ready,running`. */
export const shownColumns = computed(() => {
  const asked = place.value.query.get("columns")?.split(",") ?? usual;
  const found = asked.flatMap((id) => columns.find((column) => column.id === id) ?? []);
  return found.length === 0 ? columns.filter(({ id }) => usual.includes(id)) : [...new Set(found)];
});

/** As the address writes it; null for the default columns. */
export function columnsQuery(ids: readonly string[]): string | null {
  return ids.join() === usual.join() ? null : ids.join();
}

/** null for an unknown status, which another program may have written. */
export function columnOf(status: string): string | null {
  return columns.find(({ statuses }) => (statuses as readonly string[]).includes(status))?.id ?? null;
}

export const sorts = ["priority", "newest", "created", "updated", "title"] as const;
export type Sort = (typeof sorts)[number] | "completed";

/** As the databases do it: of ASCII letters alone. */
const lower = ({ title }: Card) => title.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** Less than 0: `a` comes before `b`, as in the server's lists. */
export function compareCards(sort: Sort, a: Card, b: Card): number {
  const sooner = a.created_at_ms - b.created_at_ms;
  const first = a.position - b.position;
  switch (sort) {
    case "priority":
      return b.priority - a.priority || sooner || first;
    case "newest":
      return -sooner || first;
    case "created":
      return sooner || first;
    case "title":
      return lower(a) < lower(b) ? -1 : lower(a) > lower(b) ? 1 : first;
    case "completed":
      return (b.completed_at_ms ?? 0) - (a.completed_at_ms ?? 0) || -first;
    case "updated":
      return -1;
  }
}
