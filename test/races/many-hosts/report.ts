import type { Options } from "./options.ts";
import type { RaceResult } from "./tally.ts";

/** What came of it, for a person. */
export function renderText(options: Options, result: RaceResult): string {
  const faults = Object.entries(result.faults).map(([kind, count]) => `${count} ${kind}`);
  const again = Object.entries(result.ranAgainMs).map(
    ([kind, gaps]) =>
      `  after ${kind}: ${gaps.length} tasks, ${seconds(Math.min(...gaps))} to ${seconds(Math.max(...gaps))}`,
  );
  const wentOn = Object.entries(result.wentOnMs).map(
    ([kind, gaps]) => `  ${kind}: ${gaps.map(seconds).join(", ")}`,
  );
  return [
    `takeover ${options.takeover}, lease ${options.leaseS} s, ${options.hosts} hosts, ${options.dispatchers} dispatchers, seed ${options.seed}`,
    `faults: ${faults.join(", ") || "none"}`,
    `${result.tasks} tasks, ${result.workers} workers, ${result.seconds} s`,
    `two at once        ${result.twoAtOnce}${result.twoAtOnce === 0 ? "" : ` (at most ${result.twoAtOnceMsMax} ms)`}`,
    ...(options.freeze
      ? [
          `after the thaw     ${result.afterThaw}${result.afterThaw === 0 ? "" : ` (for at most ${Math.round(result.afterThawMsMax)} ms)`}`,
        ]
      : []),
    ...(options.failOver === "async"
      ? [
          `forgotten claims   ${result.forgotten}${result.forgotten === 0 ? "" : ` (two at once for at most ${Math.round(result.forgottenMsMax)} ms)`}`,
          `forgotten verdicts ${result.undone}`,
        ]
      : [`done, then not     ${result.undone}`]),
    `lost               ${result.lost}`,
    `acknowledged lost  ${result.acknowledgedLost}`,
    `left               ${result.left}`,
    ...(wentOn.length === 0 ? [] : ["until work began behind what befell the server:", ...wentOn]),
    "until what was at work ran again:",
    ...(again.length === 0 ? ["  nothing had to"] : again),
  ].join("\n");
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
