import type { Card } from "../../board/card.ts";
import { formatDuration } from "../../system/text/duration.ts";

/** Why a task stands where it stands, in a few words, as far as the board alone tells. @param blockedFor why it was blocked */
export function cardReason(card: Card, nowMs: number, blockedFor: string | null): string {
  const { status, lastRun, question, consecutiveFailures, dueAtMs } = card;
  const failure = card.lastFailureError?.split("\n", 1)[0] ?? "";
  switch (status) {
    case "running":
      return lastRun === null ? "" : `for ${lengthText(nowMs - lastRun.startedAtMs)}${tryText(card)}`;
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
      if (consecutiveFailures > 0)
        return dueInMs > 0 ? `failed (${failure}), again in ${lengthText(dueInMs)}` : `failed: ${failure}`;
      if (dueAtMs !== null) return dueInMs > 0 ? `due in ${lengthText(dueInMs)}` : "due";
      if (status === "scheduled") return "put off";
      return card.assignee === null ? "no assignee" : "";
    }
    default: {
      const { startedAtMs = 0, endedAtMs = null } = lastRun ?? {};
      return endedAtMs === null ? "" : `took ${lengthText(endedAtMs - startedAtMs)}`;
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

function lengthText(ms: number): string {
  return formatDuration(Math.max(1_000, Math.ceil(ms / 1_000) * 1_000));
}
