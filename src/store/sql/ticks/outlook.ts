import { type AdmissionRules, freeCandidate, startsByItselfAtMs } from "../../../board/admission.ts";
import type { Connection } from "../connection.ts";
import { type Steps, together } from "../steps.ts";
import { hasCandidates, selectNextDue } from "./candidates.ts";
import type { MetAsks } from "./met-asks.ts";

/** What waits for a slot, a pause or a time. */
interface Waiting {
  /** Of these profiles some task waits for nothing but a slot, or for a pause to end. */
  readonly profiles: ReadonlySet<string>;
  /** A slot may be all that some task waits for. */
  readonly hasReady: boolean;
  /** The next instant at which a task starts by itself, whatever slots are free; null when there is none. */
  readonly nextDueMs: number | null;
}

/**
 * @param how.also profiles that are asked for besides those which start by themselves
 * @param how.hasCandidates false: no task is ready or in review
 * @param how.hasDues false: none is due later
 */
export function* listWaiting(
  db: Connection,
  rules: AdmissionRules,
  how: {
    readonly met: MetAsks;
    readonly also: readonly string[];
    readonly hasCandidates: boolean;
    readonly hasDues: boolean;
  },
): Steps<Waiting> {
  const { nowMs } = rules;
  const { met } = how;
  const starts = startableProfiles(rules);
  const names = how.hasCandidates ? [...new Set([...how.also, ...starts.map(({ name }) => name)])] : [];
  // By when a profile that is paused now goes on; most are not paused.
  const groups = how.hasDues ? [...Map.groupBy(starts, ({ atMs }) => atMs)] : [];
  const [waits, dues] = yield* together(
    () => together(...names.map((name) => () => hasCandidates(db, [name], { nowMs, met }))),
    () =>
      together(
        ...groups.map(([, of]) => () => {
          const profiles = of.map(({ name }) => name);
          return selectNextDue(db, profiles, { nowMs, met });
        }),
      ),
  );
  const profiles = new Set(names.filter((_, at) => waits[at]));
  const waiting = starts.filter(({ name }) => profiles.has(name));
  const later = [
    ...waiting.filter(({ atMs }) => atMs > nowMs).map(({ atMs }) => atMs),
    ...groups.flatMap(([atMs], at) => {
      const dueMs = dues[at] ?? null;
      return dueMs === null ? [] : [Math.max(dueMs, atMs)];
    }),
  ];
  return {
    profiles,
    hasReady: waiting.some(({ atMs }) => atMs === nowMs),
    nextDueMs: later.length === 0 ? null : Math.min(...later),
  };
}

/** The profiles that would be started by themselves, had they a task that nothing else holds, and from when on. */
function startableProfiles(rules: AdmissionRules): { readonly name: string; readonly atMs: number }[] {
  return [...rules.profiles.values()].flatMap(({ name, maxInProgress }) => {
    const atMs = maxInProgress === 0 ? null : startsByItselfAtMs(freeCandidate(name), rules);
    return atMs === null ? [] : [{ name, atMs }];
  });
}
