import { type AdmissionRules, nothingElsewhere } from "../../../board/admission.ts";
import { countSlots, makeSlots } from "../../../board/slots.ts";
import type { BoardStore } from "../../store.ts";
import type { TickView } from "../../tick.ts";
import type { Connection } from "../connection.ts";
import { type RepeatTimes, viewRepeats } from "../repeats/due-repeats.ts";
import { isAsked } from "../rows/asks-column.ts";
import { listLiveRunsOf } from "../runs/live-runs.ts";
import { type Steps, together } from "../steps.ts";
import { hasNoOpenParent } from "../tasks/open-parents.ts";
import { unheldProfiles } from "./candidates.ts";
import { asksNothing, listMetAsks } from "./met-asks.ts";
import { listWaiting } from "./outlook.ts";
import { listPauses } from "./pauses.ts";

/** SQL: the scheduled tasks `t` whose time has come by `:nowMs`, and what is kept beside them, `k`. */
export const fromDueScheduled = `FROM kanbun_tasks k CROSS JOIN tasks t ON t.id = k.task_id
  WHERE k.not_before_ms <= :nowMs AND +t.status = 'scheduled'`;

// What there is at all, in one question: of most boards the answer is nothing, and then nothing more is asked.
const selectFacts = `SELECT EXISTS (SELECT 1 ${fromDueScheduled}) AS has_due,
  (SELECT min(not_before_ms) FROM kanbun_tasks WHERE not_before_ms > :nowMs) AS next_due_ms,
  (SELECT min(next_at_ms) FROM kanbun_repeats) AS at, (SELECT min(next_at_ms) FROM kanbun_repeats WHERE next_at_ms > :nowMs) AS later,
  EXISTS (SELECT 1 FROM kanbun_pauses) AS has_pauses,
  (SELECT min(kanbun_asks) FROM tasks WHERE ${isAsked("")}) IS NOT NULL AS has_asks,
  (SELECT min(status) FROM tasks WHERE status BETWEEN 'ready' AND 'review') IS NOT NULL AS has_ready`;

interface Facts extends RepeatTimes {
  readonly has_due: number;
  readonly next_due_ms: number | null;
  readonly has_pauses: number;
  readonly has_asks: number;
  /** Or some in review. */
  readonly has_ready: number;
}

type ViewOptions = Parameters<BoardStore["viewTick"]>[0];

/** Reads only: an idle tick ends here. */
export function* viewTick(db: Connection, at: ViewOptions): Steps<TickView> {
  const { nowMs } = at;
  const [{ live, others }, facts] = yield* together(
    () => listLiveRunsOf(db, at.host),
    () => db.get<Facts>(selectFacts, { nowMs }),
  );
  const pauses = facts?.has_pauses === 1 ? yield* listPauses(db) : [];
  const met = facts?.has_asks === 1 ? yield* listMetAsks(db, at) : asksNothing;
  const repeats = viewRepeats(facts, pauses, nowMs);
  // If this board were the only one.
  const alone: AdmissionRules = {
    ...at,
    pauses,
    slots: makeSlots(countSlots(live, at, others), nothingElsewhere, at),
  };
  const unheld = unheldProfiles(alone);
  const rules = { ...alone, pauses: [...pauses, ...(at.pausesElsewhere ?? [])] };
  const pauseEnds = rules.pauses.map(({ untilAtMs }) => untilAtMs).filter((ms) => ms !== null && ms > nowMs);
  const dues = [facts?.next_due_ms ?? null, repeats.nextMs, ...pauseEnds].filter((ms) => ms !== null);
  const { profiles, hasReady, nextDueMs } = yield* listWaiting(db, rules, {
    met,
    also: unheld,
    hasCandidates: facts?.has_ready === 1,
    hasDues: facts?.next_due_ms != null,
  });
  const liveHere = live.filter(({ holder, host }) => holder === "worker" && host === at.host.host).length;
  return {
    live,
    others,
    hasPromotions: facts?.has_due === 1 || (at.reconcile && (yield* hasStranded(db))),
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
