import { type RunOutcome, reviewStep } from "../../../board/run.ts";
import type { RunEnd, TimedRun, TimedRuns } from "../../history.ts";
import type { Connection } from "../connection.ts";
import { toMs } from "../rows/odd-values.ts";
import type { Steps } from "../steps.ts";
import { findRowAt } from "./status-changes.ts";

export function* listRunEnds(db: Connection, runIds: readonly number[]): Steps<RunEnd[]> {
  return yield* db.all<RunEnd>(
    `SELECT r.id, r.profile, r.outcome, u.cost_usd AS "costUsd" FROM json_each(:runIds) j CROSS JOIN task_runs r ON r.id = j.value
     LEFT JOIN kanbun_usage u ON u.run_id = r.id WHERE r.ended_at IS NOT NULL`,
    { runIds: JSON.stringify(runIds) },
  );
}

interface TimedRow {
  readonly id: number;
  readonly task_id: string;
  readonly title: string;
  readonly status: string;
  readonly profile: string | null;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: RunOutcome | null;
  readonly step_key: string | null;
}

export function* listRunsBetween(
  db: Connection,
  {
    sinceAtMs,
    untilAtMs,
    max,
  }: { readonly sinceAtMs: number; readonly untilAtMs: number; readonly max: number },
): Steps<TimedRuns> {
  const [sinceS, untilS] = [Math.floor(sinceAtMs / 1000), Math.ceil(untilAtMs / 1000)];
  const find = (atS: number) => findRowAt(db, { table: "task_runs", column: "started_at", atS });
  const end = (yield* find(untilS + 1)) ?? Number.MAX_SAFE_INTEGER;
  const start = (yield* find(sinceS)) ?? end;
  const overlaps = "r.started_at <= :untilS AND (r.ended_at IS NULL OR r.ended_at >= :sinceS)";
  // The newest that began in the span; then, of a number of those before it, what went on into it; and what is open since long ago.
  const rows = yield* db.all<{ id: number }>(
    `SELECT id FROM (SELECT r.id FROM task_runs r WHERE r.id >= :start AND r.id < :end AND ${overlaps} ORDER BY r.id DESC LIMIT :limit) r
     UNION SELECT id FROM (SELECT r.* FROM task_runs r WHERE r.id < :start ORDER BY r.id DESC LIMIT :limit) r WHERE ${overlaps}
     UNION SELECT r.id FROM task_runs r WHERE r.status = 'running' AND r.ended_at IS NULL AND r.started_at <= :untilS
     ORDER BY id DESC LIMIT :limit`,
    { start, end, sinceS, untilS, limit: max + 1 },
  );
  const ids = rows.slice(0, max).map(({ id }) => id);
  const runs = yield* db.all<TimedRow>(
    `SELECT r.id, r.task_id, CAST(substr(t.title, 1, 200) AS TEXT) AS title, t.status, r.profile, r.started_at, r.ended_at, r.outcome, r.step_key
     FROM json_each(:runIds) j CROSS JOIN task_runs r ON r.id = j.value CROSS JOIN tasks t ON t.id = r.task_id
     ORDER BY r.started_at, r.id`,
    { runIds: JSON.stringify(ids) },
  );
  const some = JSON.stringify([...new Set(runs.map((run) => run.task_id))]);
  // With a plus: else each task is looked up with each other one.
  const links = yield* db.all<{ parentId: string; childId: string }>(
    `SELECT l.parent_id AS "parentId", l.child_id AS "childId" FROM json_each(:some) j CROSS JOIN task_links l ON l.child_id = j.value
     WHERE +l.parent_id IN (SELECT value FROM json_each(:some)) LIMIT :linksMax`,
    { some, linksMax: max * 4 },
  );
  return { runs: runs.map(toTimedRun), links, isCut: rows.length > max };
}

function toTimedRun(row: TimedRow): TimedRun {
  return {
    id: row.id,
    taskId: row.task_id,
    title: row.title,
    status: row.status,
    profile: row.profile,
    startedAtMs: toMs(row.started_at) ?? 0,
    endedAtMs: toMs(row.ended_at),
    outcome: row.outcome,
    isReview: row.step_key === reviewStep,
  };
}
