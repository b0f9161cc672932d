import type { TimelineRun } from "../parts/wire.ts";

const failed: ReadonlySet<string> = new Set(["crashed", "timed_out", "spawn_failed", "gave_up"]);
const good: ReadonlySet<string> = new Set(["completed", "changes_requested"]);

/** Which sign a run has. */
export function signOfRun({ outcome, ended_at_ms }: TimelineRun): string {
  if (outcome === null) return ended_at_ms === null ? "running" : "archived";
  if (failed.has(outcome)) return "failed";
  if (good.has(outcome)) return "done";
  if (outcome === "review_requested") return "review";
  return outcome === "blocked" ? "blocked" : "scheduled";
}

/** How it ended, in words. */
export function wordsOfRun({ outcome, ended_at_ms }: TimelineRun): string {
  return outcome?.replaceAll("_", " ") ?? (ended_at_ms === null ? "running" : "ended");
}
