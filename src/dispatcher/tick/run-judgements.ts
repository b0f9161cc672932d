import type { LiveRun } from "../../board/claim.ts";
import type { Instant } from "../../board/sighting.ts";
import { type Judgement, judge } from "../../board/supervision.ts";
import type { StorePlace } from "../../store/place.ts";
import type { Config } from "../../system/config/config.ts";
import { KnownRuns } from "../../worker/tree/known-runs.ts";
import { type SightedRun, sightRuns } from "../../worker/tree/sighting.ts";
import { seenFrom } from "../host.ts";
import { lookCloser, rulesFor } from "./look.ts";

/** What the next tick would do about each of these runs, by task: looked at now, and nothing done about it. */
export function judgeRuns(
  live: readonly LiveRun[],
  at: Instant & { readonly runs: string; readonly config: Config; readonly place: StorePlace },
): ReadonlyMap<string, Judgement> {
  const { runs, monotonicMs } = at;
  const observer = { ...seenFrom(at.place), runs, monotonicMs, known: new KnownRuns() };
  const toJudgement = (one: SightedRun) =>
    judge(one.run, lookCloser(one, at.config, at).seen, rulesFor(one.run, at.config), at);
  return new Map(sightRuns(live, observer).map((one) => [one.run.taskId, toJudgement(one)]));
}
