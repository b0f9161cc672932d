import type { LiveRun } from "../../board/claim.ts";
import type { Instant } from "../../board/sighting.ts";
import { type Judgement, judge } from "../../board/supervision.ts";
import type { StorePlace } from "../../store/place.ts";
import type { Config } from "../../system/config/config.ts";
import { KnownRuns } from "../../worker/tree/known-runs.ts";
import { nameMembers } from "../../worker/tree/run-tree.ts";
import { type SightedRun, sightRuns } from "../../worker/tree/sighting.ts";
import { seenFrom } from "../host.ts";
import { lookCloser, rulesFor } from "./look.ts";

interface LookedAt extends Instant {
  readonly runs: string;
  readonly config: Config;
  readonly place: StorePlace;
}

/** What the next tick would do about each of these runs, by task: looked at now, and nothing done about it. */
export function judgeRuns(live: readonly LiveRun[], at: LookedAt): ReadonlyMap<string, Judgement> {
  const toJudgement = (one: SightedRun) =>
    judge(one.run, lookCloser(one, at.config, at).seen, rulesFor(one.run, at.config), at);
  return new Map(sightRuns(live, observerOf(at)).map((one) => [one.run.taskId, toJudgement(one)]));
}

/** The processes that are still there of runs of this host that are over, as `sleep (pid 17)`. */
export function nameLeft(live: readonly LiveRun[], at: Omit<LookedAt, "config">): readonly string[] {
  const over = live.filter(({ isOpen, holder }) => !isOpen && holder === "worker");
  return sightRuns(over, observerOf(at))
    .filter(({ seen }) => seen.where === "here" && seen.tree === "alive")
    .flatMap((one) => nameMembers(one, leftNamedMax));
}

const leftNamedMax = 5;

function observerOf({ place, runs, monotonicMs }: Omit<LookedAt, "config">) {
  return { ...seenFrom(place), runs, monotonicMs, known: new KnownRuns() };
}
