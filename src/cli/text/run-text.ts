import type { Run } from "../../board/run.ts";
import { formatTime } from "../../system/text/when.ts";
import { formatCost, formatTokens } from "./cost-text.ts";
import { outcomeWord } from "./outcome-word.ts";
import type { Screen } from "./screen.ts";
import { formatTable } from "./table.ts";
import { visibleLine } from "./visible.ts";
import { formatWait } from "./wait-text.ts";

/** A table of runs, oldest first: what each came to, and the first line of its summary or error. */
export function formatRuns(runs: readonly Run[], screen: Screen, nowMs: number, indent = 0): string {
  // Most boards run no agent whose cost is known.
  const hasCost = runs.some(({ usage }) => usage !== null && (usage.costUsd ?? usage.outputTokens) !== null);
  const rows = runs.map((run) => [
    String(run.id),
    paintOutcome(run, screen),
    visibleLine(run.profile ?? "-"),
    formatTime(run.startedAtMs),
    formatWait((run.endedAtMs ?? nowMs) - run.startedAtMs),
    ...(hasCost ? [formatRunCost(run)] : []),
    firstLine(run.error ?? run.summary),
  ]);
  const head = ["run", "outcome", "profile", "started", "took", ...(hasCost ? ["cost"] : []), "said"];
  return formatTable(rows, screen, { head, right: hasCost ? [0, 4, 5] : [0, 4], indent });
}

/** Dollars where the agent says any, else tokens. */
function formatRunCost({ usage }: Run): string {
  if (usage === null) return "-";
  return usage.costUsd === null ? formatTokens(usage) : formatCost(usage.costUsd);
}

function paintOutcome(run: Run, screen: Screen): string {
  if (run.outcome === null) return screen.paint("blue", "running");
  const isGood = run.outcome === "completed";
  return screen.paint(isGood ? "green" : "yellow", visibleLine(outcomeWord(run.outcome)));
}

function firstLine(text: string | null): string {
  return visibleLine(text?.trim().split("\n", 1)[0] ?? "");
}
