import type { AdmissionRules } from "../../../board/admission.ts";
import { homeOfHost } from "../../../board/host.ts";
import type { LeaseTerm } from "../../../board/lease.ts";
import { freeSlots, makeSlots } from "../../../board/slots.ts";
import type { Task } from "../../../board/task.ts";
import type { ChosenTask } from "../../outlook.ts";
import type { Claim, ClaimHost, ClaimPlan, TickPlan } from "../../tick.ts";
import { attempt, ofTask } from "../apart.ts";
import type { Connection } from "../connection.ts";
import { selectTask, type TaskRow, toTask } from "../rows/task-row.ts";
import type { Scope } from "../scope.ts";
import { type Steps, together } from "../steps.ts";
import { chooseNext } from "../ticks/candidates.ts";
import { listMetAsks, type MetAsks } from "../ticks/met-asks.ts";
import { listPauses } from "../ticks/pauses.ts";
import { countSlots } from "../ticks/slots.ts";
import { getNextRunId, openRuns } from "./run-openings.ts";

/** What a claim is decided by. */
interface ClaimRules {
  readonly claims: ClaimPlan;
  readonly admission: AdmissionRules;
  readonly met: MetAsks;
  readonly firstRunId: number;
}

/** The rules by which this tick may claim; null: it claims nothing, or its host may not. What ended must have been closed before. */
export function* getClaimRules(
  { db, nowMs }: Scope,
  { policies, claims }: Pick<TickPlan, "policies" | "claims">,
): Steps<ClaimRules | null> {
  if (claims === null) return null;
  const { host, elsewhere, lease = null } = claims;
  const [isHeld, isFencedOff, pauses, slots, met, firstRunId] = yield* together(
    () => holds(db, lease),
    () => isFenced(db, host),
    () => listPauses(db),
    () => countSlots(db, { host, nowMs }),
    () => listMetAsks(db, claims),
    () => getNextRunId(db),
  );
  if (!isHeld || isFencedOff) return null;
  const admission = {
    nowMs,
    profiles: policies,
    pauses: [...pauses, ...elsewhere.pauses],
    ...(claims.traits === undefined ? {} : { traits: claims.traits }),
    slots: makeSlots(slots, elsewhere, claims),
  };
  return { claims, admission, met, firstRunId };
}

type ClaimingPlan = Pick<TickPlan, "policies" | "defaultRetry" | "monotonicMs" | "leaseMs" | "claims">;

/**
 * Claims what may start by these rules, in the order of work across profiles, until the slots are used up; `isLimited` where they
 * were, or may have been.
 */
export function* claimReady(
  scope: Scope,
  plan: ClaimingPlan,
  { rules, actor }: { readonly rules: ClaimRules; readonly actor: string },
): Steps<{ readonly claimed: readonly Claim[]; readonly isLimited: boolean }> {
  const { max } = rules.claims;
  const { chosen, slots } = yield* chooseNext(scope.db, rules.admission, { max, met: rules.met });
  const isLimited = freeSlots(slots) <= 0 || chosen.length >= max;
  if (chosen.length === 0) return { claimed: [], isLimited };
  const all = yield* attempt(scope, () => claim(scope, plan, { rules, chosen, actor }));
  const claimed = "result" in all ? all.result : yield* claimOneByOne(scope, plan, { rules, actor });
  return { claimed, isLimited };
}

/** So many that are refused are passed over in one tick: it may be that the tables refuse them all. */
const passedOverMax = 100;

/** What the tables refuse of one task keeps no other from its claim (I13). */
function* claimOneByOne(
  scope: Scope,
  plan: ClaimingPlan,
  { rules: before, actor }: { readonly rules: ClaimRules; readonly actor: string },
): Steps<readonly Claim[]> {
  const claimed: Claim[] = [];
  const skipped = new Set<string>();
  let rules: ClaimRules | null = before;
  while (rules !== null && skipped.size < passedOverMax && claimed.length < before.claims.max) {
    const by: ClaimRules = rules;
    const { chosen } = yield* chooseNext(scope.db, by.admission, { max: 1, met: by.met, skipped });
    const [first] = chosen;
    if (first === undefined) break;
    const one = yield* attempt(scope, () => claim(scope, plan, { rules: by, chosen, actor }));
    if ("result" in one) {
      claimed.push(...one.result);
      rules = yield* getClaimRules(scope, plan);
    } else {
      skipped.add(first.id);
      scope.refusals.push({ ...ofTask(first.id), problem: one.refusal.message });
    }
  }
  return claimed;
}

function* claim(
  scope: Scope,
  plan: ClaimingPlan,
  how: { readonly rules: ClaimRules; readonly chosen: readonly ChosenTask[]; readonly actor: string },
): Steps<readonly Claim[]> {
  const { rules, chosen, actor } = how;
  const { claims, firstRunId } = rules;
  const { host, lease = null } = claims;
  const tasks = yield* readTasks(
    scope.db,
    chosen.map(({ id }) => id),
  );
  const openings = chosen.flatMap(({ id, profile }) => {
    const task = tasks.get(id);
    const policy = plan.policies.get(profile);
    const maxRuntimeMs = task?.maxRuntimeMs ?? policy?.maxRuntimeMs ?? null;
    const { graceMs = 0, retry = plan.defaultRetry } = policy ?? {};
    return task === undefined ? [] : [{ task, profile, graceMs, maxRuntimeMs, retry }];
  });
  const { monotonicMs, leaseMs } = plan;
  return yield* openRuns(scope, openings, {
    holder: "worker",
    host,
    monotonicMs,
    leaseMs,
    workspaces: claims.workspaces ?? null,
    actor,
    leaseTerm: lease?.term ?? null,
    firstRunId,
  });
}

/**
 * Asked in the very transaction of the claim: whoever fences a host gives away what it runs after that. One that was taken off the
 * list may have been fenced before: it registers anew first, and ends what it still has of runs that were given away.
 */
function* isFenced(db: Connection, host: ClaimHost): Steps<boolean> {
  const { epoch } = host;
  if (epoch === undefined) return false;
  const valid = "SELECT 1 FROM hosts WHERE id = :id AND epoch >= :epoch AND fenced_epoch < :epoch";
  return (yield* db.get(valid, { id: homeOfHost(host), epoch })) === null;
}

/** Whether that host's lease is still the one it was: if others have taken its runs over, it has another by now. */
function* holds(db: Connection, lease: LeaseTerm | null): Steps<boolean> {
  if (lease === null) return true;
  const { hostId, term } = lease;
  return (
    (yield* db.get("SELECT 1 FROM hosts WHERE id = :hostId AND fenced_epoch = :term", { hostId, term })) !==
    null
  );
}

const selectByIds = `${selectTask} WHERE t.id IN (SELECT value FROM json_each(:ids))`;

/** Whole, with their texts: only of what is to be started. */
function* readTasks(db: Connection, ids: readonly string[]): Steps<ReadonlyMap<string, Task>> {
  const rows = yield* db.all<TaskRow>(selectByIds, {
    ids: JSON.stringify(ids),
  });
  return new Map(rows.map((row) => [row.id, toTask(row)]));
}
