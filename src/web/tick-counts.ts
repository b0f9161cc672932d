import type { TickReport } from "../dispatcher/report/report.ts";

/** The ticks that this server has made, since it was started. */
export class TickCounts {
  readonly #boards = new Map<string, { made: number; skipped: number; durationMs: number }>();

  note({ board, skippedLocked, durationMs }: TickReport): void {
    const counts = this.#boards.get(board) ?? { made: 0, skipped: 0, durationMs: 0 };
    if (skippedLocked) counts.skipped += 1;
    else {
      counts.made += 1;
      counts.durationMs += durationMs;
    }
    this.#boards.set(board, counts);
  }

  /** Nothing for a board without ticks. */
  of(board: string): { readonly made: number; readonly skipped: number; readonly durationMs: number } | null {
    return this.#boards.get(board) ?? null;
  }
}
