import { type AdmissionRules, freeCandidate, startsByItselfAtMs } from "../../../board/admission.ts";
import type { Outlook } from "../../outlook.ts";
import type { Connection } from "../connection.ts";
import { getRepeatTimes, viewRepeats } from "../repeats/due-repeats.ts";
import { type Steps, together } from "../steps.ts";
import { hasCandidates, selectNextDue } from "./candidates.ts";
import { listMetAsks } from "./met-asks.ts";

const countLive =
  "SELECT count(*) AS n FROM kanbun_runs WHERE gone_at_ms IS NULL AND holder = 'worker' AND host = :host";

/** What still lives here, whether anything waits for a slot alone, and when the next task starts by itself. */
export function* getOutlook(
  db: Connection,
  rules: AdmissionRules,
  { host }: { host: string },
): Steps<Outlook> {
  const { nowMs } = rules;
  const [live, met] = yield* together(
    () => db.get<{ n: number }>(countLive, { host }),
    () => listMetAsks(db, rules),
  );
  // By when a profile that is paused now goes on; most are not paused.
  const byStart = Map.groupBy(startableProfiles(rules), ({ atMs }) => atMs);
  const dues: number[] = [];
  let hasReady = false;
  for (const [atMs, group] of byStart) {
    const profiles = group.map(({ name }) => name);
    const isWaiting = yield* hasCandidates(db, profiles, { nowMs, met });
    if (isWaiting && atMs > nowMs) dues.push(atMs);
    if (isWaiting && atMs === nowMs) hasReady = true;
    const dueMs = yield* selectNextDue(db, profiles, { nowMs, met });
    if (dueMs !== null) dues.push(Math.max(dueMs, atMs));
  }
  const nextDueMs = dues.length === 0 ? null : Math.min(...dues);
  const nextRepeatMs = viewRepeats(yield* getRepeatTimes(db, nowMs), rules.pauses, nowMs).nextMs;
  return { liveHere: live?.n ?? 0, hasReady, nextDueMs, nextRepeatMs };
}

/** The profiles that would be started by themselves, had they a task that nothing else holds, and from when on. */
function startableProfiles(rules: AdmissionRules): { readonly name: string; readonly atMs: number }[] {
  return [...rules.profiles.values()].flatMap(({ name, maxInProgress }) => {
    const atMs = maxInProgress === 0 ? null : startsByItselfAtMs(freeCandidate(name), rules);
    return atMs === null ? [] : [{ name, atMs }];
  });
}
