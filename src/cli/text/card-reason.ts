import type { Card } from "../../board/card.ts";
import { describeWait, formatWait } from "./wait-text.ts";

/**
 * Why a task is where it is, in a few words, as far as its card tells: `explain` asks the processes too, task by task, which
 * takes too long for a list. @param blockedFor why it was blocked
 */
export function cardReason(card: Card, nowMs: number, blockedFor: string | null): string {
  const { status, lastRun, question, consecutiveFailures, dueAtMs } = card;
  const failure = card.lastFailureError?.split("\n", 1)[0] ?? "";
  switch (status) {
    case "running":
      return lastRun === null ? "" : `for ${formatWait(nowMs - lastRun.startedAtMs)}${tryText(card)}`;
    case "blocked":
      if (question !== null) return `asks: ${question}`;
      if (consecutiveFailures > 0) return `gave up: ${failure}`;
      return blockedFor ?? "";
    case "todo":
      return parentsText(card);
    case "review":
      return card.assignee === null ? "waits for your review" : `reviewed by ${card.assignee}`;
    case "triage":
      return "waits to be accepted";
    case "ready":
    case "scheduled": {
      const dueInMs = (dueAtMs ?? 0) - nowMs;
      if (consecutiveFailures > 0) return dueInMs > 0 ? describeWait(dueInMs, failure) : `failed: ${failure}`;
      if (dueAtMs !== null) return dueInMs > 0 ? describeWait(dueInMs, null) : "due";
      if (status === "scheduled") return "put off";
      return card.assignee === null ? "no assignee" : "";
    }
    default: {
      const { startedAtMs = 0, endedAtMs = null } = lastRun ?? {};
      return endedAtMs === null ? "" : `took ${formatWait(endedAtMs - startedAtMs)}`;
    }
  }
}

function parentsText({ openParents, firstOpenParents }: Card): string {
  const [first] = firstOpenParents;
  if (first === undefined) return "";
  return `waits for ${first.title}${openParents > 1 ? ` and ${openParents - 1} more` : ""}`;
}

function tryText({ tries, consecutiveFailures }: Card): string {
  return consecutiveFailures > 0 ? `, try ${tries}` : "";
}
