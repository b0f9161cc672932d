import { keptLogBytesMax } from "../../board/kept-log.ts";
import type { ClaimHost, TickPlan } from "../../store/tick.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import type { DispatchContext } from "../context.ts";
import type { Findings } from "./look.ts";

/**
 * The last of what the ended runs wrote, for a board that other machines see too: what a run wrote is a file of this one.
 * None for a board that is a file itself.
 */
export function readEndedLogs(
  { place, paths, home }: DispatchContext,
  { hostname }: Pick<ClaimHost, "hostname">,
  { closings, freed }: Findings,
): NonNullable<TickPlan["logs"]> {
  if (place.kind === "sqlite") return [];
  return [...closings.map(({ run }) => run), ...freed].flatMap((run) => {
    const directory = new RunDirectory(paths.runs, run.runId, run.token);
    const end = run.holder === "worker" ? directory.readLogEnd(keptLogBytesMax) : null;
    return end === null ? [] : [{ run, hostname, home, ...end }];
  });
}
