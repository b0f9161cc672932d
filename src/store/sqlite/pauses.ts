import type { Pause } from "../../board/admission.ts";
import type { Connection } from "./connection.ts";
import type { Scope } from "./scope.ts";

export function pause(scope: Scope, { scope: paused, untilMs, reason }: Pause): void {
  scope.db.run(
    "INSERT OR REPLACE INTO kanbun_pauses (scope, until_ms, reason, since_ms) VALUES (:paused, :untilMs, :reason, :nowMs)",
    { paused, untilMs, reason, nowMs: scope.nowMs },
  );
}

/** False when it was not paused. */
export function resume(scope: Scope, paused: Pause["scope"]): boolean {
  return scope.db.run("DELETE FROM kanbun_pauses WHERE scope = :paused", { paused }) === 1;
}

export function listPauses(db: Connection): Pause[] {
  return db
    .all<{ scope: Pause["scope"]; until_ms: number | null; reason: string }>(
      "SELECT scope, until_ms, reason FROM kanbun_pauses ORDER BY scope",
    )
    .map((row) => ({ scope: row.scope, untilMs: row.until_ms, reason: row.reason }));
}
