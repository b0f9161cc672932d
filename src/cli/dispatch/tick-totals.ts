import { endedRuns, failedRuns, type TickReport } from "../../dispatcher/report/report.ts";

/** What is counted of a tick, with its words: those that its lines begin with. */
const words = {
  spawned: "spawned",
  promoted: "promoted",
  repeated: "repeated",
  completed: "completed",
  reviewRequested: "handed in",
  changesRequested: "sent back",
  reclaimed: "reclaimed",
  blocked: "blocked",
  crashed: "failed",
  timedOut: "timed out",
  stale: "stale",
  rateLimited: "rate limited",
  interrupted: "interrupted",
  spawnFailed: "not started",
  gaveUp: "gave up",
  findings: "problems",
} as const satisfies Partial<Record<keyof TickReport, string>>;
const causes = Object.keys(words) as (keyof typeof words)[];

type Totals = { -readonly [Key in keyof TickReport]: TickReport[Key] };

/** The reports of many ticks as one per board: what they did is added up, what was held back is the last word. */
export class TickTotals {
  readonly #byBoard = new Map<string, Totals>();
  readonly #failed = new Map<string, string>();

  add(report: TickReport): void {
    for (const { taskId } of endedRuns(report)) this.#failed.delete(`${report.board} ${taskId}`);
    for (const { taskId } of failedRuns(report)) this.#failed.set(`${report.board} ${taskId}`, taskId);
    const before = this.#byBoard.get(report.board);
    if (before === undefined) {
      this.#byBoard.set(report.board, { ...report });
      return;
    }
    for (const cause of causes) Object.assign(before, { [cause]: [...before[cause], ...report[cause]] });
    const { lock, skippedLocked, holder, held } = report;
    Object.assign(before, {
      lock,
      skippedLocked,
      holder,
      held,
      durationMs: before.durationMs + report.durationMs,
    });
  }

  toData(): { readonly boards: readonly TickReport[] } {
    return { boards: [...this.#byBoard.values()] };
  }

  /** The tasks whose last run failed: one that failed and was then done is none. */
  get failedTaskIds(): readonly string[] {
    return [...this.#failed.values()];
  }

  /** `3 completed, 1 failed`; what did not happen is left out. */
  text(): string {
    const reports = [...this.#byBoard.values()];
    const parts = causes
      .map((cause) => [cause, reports.reduce((sum, report) => sum + report[cause].length, 0)] as const)
      .filter(([, count]) => count > 0)
      .map(([cause, count]) => `${count} ${count === 1 && cause === "findings" ? "problem" : words[cause]}`);
    return parts.length === 0 ? "nothing to do" : parts.join(", ");
  }
}
