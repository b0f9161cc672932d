import { type AdmissionRules, nothingElsewhere } from "../../../board/admission.ts";
import { countSlots, makeSlots } from "../../../board/slots.ts";
import type { BoardStore } from "../../store.ts";
import type { TickView } from "../../tick.ts";
import type { Connection } from "../connection.ts";
import { getRepeatTimes, viewRepeats } from "../repeats/due-repeats.ts";
import { listLiveRunsOf } from "../runs/live-runs.ts";
import { type Steps, together } from "../steps.ts";
import { hasNoOpenParent } from "../tasks/open-parents.ts";
import { unheldProfiles } from "./candidates.ts";
import { listMetAsks } from "./met-asks.ts";
import { listWaiting } from "./outlook.ts";
import { listPauses } from "./pauses.ts";

/** SQL: the scheduled tasks `t` whose time has come by `:nowMs`, and what is kept beside them, `k`. */
export const fromDueScheduled = `FROM kanbun_tasks k CROSS JOIN tasks t ON t.id = k.task_id
  WHERE k.not_before_ms <= :nowMs AND +t.status = 'scheduled'`;

const selectWaits = `SELECT EXISTS (SELECT 1 ${fromDueScheduled}) AS has_due,
  (SELECT min(not_before_ms) FROM kanbun_tasks WHERE not_before_ms > :nowMs) AS next_due_ms`;

type ViewOptions = Parameters<BoardStore["viewTick"]>[0];

/** Reads only: an idle tick ends here. */
export function* viewTick(db: Connection, at: ViewOptions): Steps<TickView> {
  const { nowMs } = at;
  const [{ live, others }, pauses, waits, repeatTimes, met] = yield* together(
    () => listLiveRunsOf(db, at.host),
    () => listPauses(db),
    () => db.get<{ has_due: number; next_due_ms: number | null }>(selectWaits, { nowMs }),
    () => getRepeatTimes(db, nowMs),
    () => listMetAsks(db, at),
  );
  const repeats = viewRepeats(repeatTimes, pauses, nowMs);
  // If this board were the only one.
  const alone: AdmissionRules = {
    ...at,
    pauses,
    slots: makeSlots(countSlots(live, at, others), nothingElsewhere, at),
  };
  const unheld = unheldProfiles(alone);
  const rules = { ...alone, pauses: [...pauses, ...(at.pausesElsewhere ?? [])] };
  const pauseEnds = rules.pauses.map(({ untilAtMs }) => untilAtMs).filter((ms) => ms !== null && ms > nowMs);
  const dues = [waits?.next_due_ms ?? null, repeats.nextMs, ...pauseEnds].filter((ms) => ms !== null);
  const { profiles, hasReady, nextDueMs } = yield* listWaiting(db, rules, { met, also: unheld });
  const liveHere = live.filter(({ holder, host }) => holder === "worker" && host === at.host.host).length;
  return {
    live,
    others,
    hasPromotions: waits?.has_due === 1 || (at.reconcile && (yield* hasStranded(db))),
    hasDueRepeats: repeats.hasDue,
    hasCandidates: unheld.some((profile) => profiles.has(profile)),
    nextDueMs: dues.length === 0 ? null : Math.min(...dues),
    outlook: { liveHere, hasReady, nextDueMs, nextRepeatMs: repeats.nextMs },
  };
}

function* hasStranded(db: Connection): Steps<boolean> {
  return (
    (yield* db.get(`SELECT 1 FROM tasks t WHERE t.status = 'todo' AND ${hasNoOpenParent} LIMIT 1`)) !== null
  );
}
