import { leaseParts, type Takeover, toTakeover } from "../../board/lease.ts";
import { plain } from "../../board/run-ending.ts";
import type { SeenHost } from "../hosts.ts";
import type { Connection } from "../sql/connection.ts";
import { listLiveRuns } from "../sql/runs/live-runs.ts";
import { freeRuns } from "../sql/runs/runs.ts";
import type { Scope } from "../sql/scope.ts";
import type { Steps } from "../sql/steps.ts";
import type { Transactions } from "../sql/transactions.ts";
import { applyRunEnds } from "../sql/verdicts/run-ends.ts";
import type { TakeoverHow, TakeoverStore } from "../takeover.ts";
import type { ClosedRun } from "../tick.ts";
import { thisBoard } from "./schema.ts";

export function takeoverStore(
  on: Transactions,
  engine: { readonly takeover: Takeover | null },
): TakeoverStore {
  return {
    get knownTakeover() {
      return engine.takeover;
    },
    getTakeover: () => on.read(getTakeover),
    setTakeover: (takeover) =>
      on.write(function* ({ db }) {
        yield* db.send(`UPDATE boards SET takeover = :takeover WHERE id = ${thisBoard}`, { takeover });
      }),
    isLeased: (runId) => on.read((db) => isLeased(db, runId)),
    getTerm: (hostId) =>
      on.read(function* (db) {
        const row = yield* db.get<{ term: number }>(
          "SELECT fenced_epoch AS term FROM hosts WHERE id = :hostId",
          { hostId },
        );
        return row === null ? null : { hostId, term: row.term };
      }),
    takeOver: (seen, how) => on.write((scope) => takeOver(scope, seen, how)),
  };
}

function* getTakeover(db: Connection): Steps<Takeover> {
  const row = yield* db.get<{ takeover: string }>(`SELECT takeover FROM boards WHERE id = ${thisBoard}`);
  return toTakeover(row?.takeover);
}

function* isLeased(db: Connection, runId: number): Steps<boolean> {
  if ((yield* getTakeover(db)) !== "lease") return false;
  const leased = "SELECT 1 FROM kanbun_runs WHERE run_id = :runId AND lease_term IS NOT NULL";
  return (yield* db.get(leased, { runId })) !== null;
}

/** As they are in this transaction: one that ended, or whose task was claimed anew by someone else, is not among them. */
const selectRuns = `SELECT run_id FROM live_runs
  WHERE holder = 'worker' AND lease_term IS NOT NULL AND substr(host, 1, 13) = :prefix`;

function* takeOver(
  scope: Scope,
  { id, epoch, beat }: SeenHost,
  { by, reason, retry, random }: TakeoverHow,
): Steps<readonly ClosedRun[] | null> {
  const { db } = scope;
  if ((yield* getTakeover(db)) !== "lease") return null;
  const host = yield* db.get<{ lease_ms: number | null }>("SELECT lease_ms FROM hosts WHERE id = :id", {
    id,
  });
  if (host === null || host.lease_ms === null) return null;
  const isOver = yield* db.run(
    `UPDATE hosts SET fenced_epoch = epoch,
       fenced_at = CASE WHEN fenced_epoch < epoch THEN clock_timestamp() ELSE fenced_at END,
       fenced_by = CASE WHEN fenced_epoch < epoch THEN :by ELSE fenced_by END
     WHERE id = :id AND epoch = :epoch AND beat = :beat
       AND beat_at + :silentMs * interval '1 millisecond' <= clock_timestamp()`,
    { by, id, epoch, beat, silentMs: leaseParts(host.lease_ms).takeoverMs },
  );
  if (isOver === 0) return null;
  const leased = yield* db.all<{ run_id: number }>(selectRuns, { prefix: `${id}+` });
  const runIds = leased.map(({ run_id }) => run_id);
  const runs = (yield* listLiveRuns(db)).filter(({ runId }) => runIds.includes(runId));
  const { closed } = yield* applyRunEnds(
    scope,
    runs.map((run) => ({
      run,
      ending: plain("reclaimed", reason),
      policy: retry,
      random: random(),
    })),
    by,
  );
  // Also of those that had ended: what was left of them its guard has killed.
  yield* freeRuns(scope, runIds);
  return closed;
}
