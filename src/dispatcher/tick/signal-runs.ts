import type { LiveRun } from "../../board/claim.ts";
import type { KnownRuns } from "../../worker/tree/known-runs.ts";
import { nameMembers } from "../../worker/tree/run-tree.ts";
import type { SightedRun } from "../../worker/tree/sighting.ts";
import { signalRun } from "../../worker/tree/stop.ts";
import type { Finding } from "../report/finding.ts";
import type { Findings } from "./look.ts";

const namedMax = 5;

/** Ends what a look found to be over. @returns the runs of which something can't be ended */
export function signalRuns(
  { terms, kills }: Pick<Findings, "terms" | "kills">,
  known: KnownRuns,
  monotonicMs: number,
): readonly Finding[] {
  for (const sighted of terms) signalRun(sighted, "SIGTERM");
  return kills.flatMap((sighted) => {
    const refused = signalRun(sighted, "SIGKILL");
    known.noteKill(sighted.run.token, monotonicMs);
    if (refused.length > 0)
      return [
        describeLeft(
          sighted,
          "another user's",
          `end it as that user, or as root: \`kill -KILL ${refused.slice(0, namedMax).join(" ")}\``,
        ),
      ];
    return sighted.seen.survivedKill
      ? [describeLeft(sighted, "it survived SIGKILL (uninterruptible sleep?)", null)]
      : [];
  });
}

function describeLeft(sighted: SightedRun, why: string, hint: string | null): Finding {
  const { taskId, runId }: LiveRun = sighted.run;
  const names = nameMembers(sighted, namedMax).join(", ") || "a process";
  return {
    about: "run",
    taskId,
    runId,
    path: null,
    detail: `${names} of run ${runId} of ${taskId} can't be ended: ${why}; it keeps a slot until it is gone`,
    hint,
  };
}
