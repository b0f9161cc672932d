import type { Pause } from "../../../board/admission.ts";
import type { Connection } from "../connection.ts";
import { toText, toWhole } from "../rows/odd-values.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";

export function* pause(scope: Scope, { scope: paused, untilAtMs, reason }: Pause): Steps<void> {
  yield* scope.db.send(
    `INSERT INTO kanbun_pauses (scope, until_ms, reason, since_ms) VALUES (:paused, :untilAtMs, :reason, :nowMs)
     ON CONFLICT (scope) DO UPDATE SET until_ms = excluded.until_ms, reason = excluded.reason, since_ms = excluded.since_ms`,
    { paused, untilAtMs, reason, nowMs: scope.nowMs },
  );
}

/** False when it was not paused. Tasks that were put off by the limit of a profile go on with it. */
export function* resume(scope: Scope, paused: Pause["scope"]): Steps<boolean> {
  const profile = paused === "board" ? null : paused.slice("profile:".length);
  const putOff = yield* scope.db.run(
    `UPDATE kanbun_tasks SET not_before_ms = NULL WHERE rate_limits > 0 AND not_before_ms > :nowMs
     AND EXISTS (SELECT 1 FROM tasks t WHERE t.id = task_id AND t.assignee = :profile AND t.status IN ('ready', 'review'))`,
    { profile, nowMs: scope.nowMs },
  );
  return (yield* scope.db.run("DELETE FROM kanbun_pauses WHERE scope = :paused", { paused })) + putOff > 0;
}

export function* listPauses(db: Connection): Steps<Pause[]> {
  return (yield* db.all<{ scope: Pause["scope"]; until_ms: number | null; reason: string }>(
    "SELECT scope, until_ms, reason FROM kanbun_pauses ORDER BY scope",
  )).map((row) => ({
    scope: toText(row.scope) as Pause["scope"],
    untilAtMs: toWhole(row.until_ms),
    reason: toText(row.reason),
  }));
}
