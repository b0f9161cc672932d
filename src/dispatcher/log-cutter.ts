import { cutLog } from "../worker/log-cut.ts";
import { RunDirectory } from "../worker/run-directory.ts";

/** From one look at the logs of what runs to the next. */
const lookIntervalMs = 1_000;

/** Keeps the logs of what runs here from filling the disk: looked at beside the ticks, never under the dispatch lock. */
export class LogCutter {
  readonly #runs: string;
  #lookAtMs = Number.NEGATIVE_INFINITY;
  /** By their runs' tokens: to find a folder its start is read. */
  #paths: ReadonlyMap<string, string> = new Map();

  constructor(runs: string) {
    this.#runs = runs;
  }

  /** @param how.hasEnded some of them have just ended: this is the last look at them */
  turn(
    runs: readonly { readonly runId: number; readonly token: string }[],
    { maxBytes, hasEnded }: { readonly maxBytes: number; readonly hasEnded: boolean },
  ): void {
    const nowMs = performance.now();
    if (runs.length === 0 || (!hasEnded && nowMs < this.#lookAtMs)) return;
    this.#lookAtMs = nowMs + lookIntervalMs;
    const pathOf = ({ runId, token }: (typeof runs)[number]) =>
      this.#paths.get(token) ?? new RunDirectory(this.#runs, runId, token).logPath;
    this.#paths = new Map(runs.map((run) => [run.token, pathOf(run)]));
    for (const path of this.#paths.values()) cutLog(path, maxBytes);
  }
}
