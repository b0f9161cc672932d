import { statusesFor } from "../../../board/moves.ts";
import { columnOf } from "./columns.ts";
import type { Card } from "./wire.ts";

export type VerbName =
  | "promote"
  | "unblock"
  | "retry"
  | "restore"
  | "complete"
  | "approve"
  | "request-changes"
  | "request-review"
  | "block"
  | "schedule"
  | "reclaim"
  | "assign"
  | "cancel"
  | "archive";

export interface Verb {
  readonly name: VerbName;
  readonly title: string;
  /** What is said when it was done to `count` tasks. */
  readonly done: string;
  /** A text that a person gives first: the field of the body that it becomes. */
  readonly asks?: { readonly field: string; readonly label: string; readonly isOptional?: true };
  /** It stops the worker of the task. */
  readonly stops?: true;
}

/** The moves that a person makes, as a menu has them. */
export const verbs: readonly Verb[] = [
  { name: "promote", title: "Make ready", done: "made ready" },
  { name: "unblock", title: "Unblock", done: "unblocked" },
  { name: "retry", title: "Retry", done: "ready again" },
  { name: "restore", title: "Restore", done: "restored" },
  { name: "approve", title: "Approve", done: "approved" },
  {
    name: "request-changes",
    title: "Request changes…",
    done: "sent back",
    asks: { field: "comment", label: "What is to be changed?" },
  },
  { name: "request-review", title: "Hand in for review", done: "handed in for review", stops: true },
  { name: "complete", title: "Complete", done: "completed", stops: true },
  {
    name: "block",
    title: "Block…",
    done: "blocked",
    asks: { field: "reason", label: "Why is it blocked?" },
    stops: true,
  },
  { name: "schedule", title: "Put off", done: "put off", stops: true },
  { name: "reclaim", title: "Take back from its worker", done: "taken back", stops: true },
  {
    name: "assign",
    title: "Assign…",
    done: "assigned",
    asks: { field: "assignee", label: "Profile or person (empty: no one)", isOptional: true },
  },
  { name: "archive", title: "Archive", done: "archived" },
  { name: "cancel", title: "Cancel for good", done: "cancelled", stops: true },
];

export function verbOf(name: VerbName): Verb {
  return verbs.find((verb) => verb.name === name) as Verb;
}

/** Whether a task in this state can be moved so. */
export function isPossible({ name }: Verb, card: Card): boolean {
  if (name === "approve" || name === "request-changes") return card.status === "review";
  if (name === "retry" && ["todo", "ready"].includes(card.status)) return card.consecutive_failures > 0;
  return statusesFor(name)?.includes(card.status) ?? false;
}

/** The verb that brings a card into a column, or why none does. */
export function wayInto(column: string, card: Card): { readonly verb: Verb } | { readonly reason: string } {
  if (columnOf(card.status) === column) return { reason: "It is here." };
  const name = nameOfWay(column, card);
  if (typeof name === "object") return name;
  const verb = verbOf(name);
  if (isPossible(verb, card)) return { verb };
  return { reason: `A task that is ${card.status} can't be ${verb.done}.` };
}

function nameOfWay(column: string, card: Card): VerbName | { readonly reason: string } {
  switch (column) {
    case "triage":
      return { reason: "Only new tasks start in triage." };
    case "todo":
      return "schedule";
    case "ready":
      return wayToReady(card);
    case "running":
      return { reason: "A dispatcher starts it, when it is ready and there is room." };
    case "blocked":
      return "block";
    case "review":
      return "request-review";
    case "done":
      return card.status === "review" ? "approve" : "complete";
    default:
      return "archive";
  }
}

function wayToReady(card: Card): VerbName | { readonly reason: string } {
  if (card.question !== null) return { reason: "It asks a question: answer it." };
  if (card.status === "blocked") return "unblock";
  if (card.status === "review") return "request-changes";
  if (card.status === "running") return "reclaim";
  if (card.status === "done") return "retry";
  if (card.status === "archived") return "restore";
  if (card.open_parents > 0) return { reason: `It waits for ${card.open_parents} other tasks.` };
  return "promote";
}
