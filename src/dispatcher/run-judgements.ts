import type { LiveRun } from "../board/claim.ts";
import { type Instant, type Judgement, judge } from "../board/supervision.ts";
import type { Config } from "../system/config.ts";
import { KnownRuns } from "../worker/known-runs.ts";
import { sightRuns } from "../worker/sighting.ts";
import { thisHost } from "./host.ts";
import { rulesFor } from "./look.ts";

/** What the next tick would do about each of these runs, by task: looked at now, and nothing done about it. */
export function judgeRuns(
  live: readonly LiveRun[],
  at: Instant & { readonly runs: string; readonly config: Config },
): ReadonlyMap<string, Judgement> {
  const known = new KnownRuns();
  try {
    const sighted = sightRuns(live, { ...thisHost(), runs: at.runs, known });
    return new Map(
      sighted.map(({ run, seen }) => [run.taskId, judge(run, seen, rulesFor(run, at.config), at)]),
    );
  } finally {
    known.close();
  }
}
