import type { Durations, Histogram } from "../../../board/histogram.ts";
import type { Connection } from "../database/connection.ts";

/** @param boundsMs each longer than the one before */
export function readDurations(db: Connection, boundsMs: readonly number[]): Durations {
  return {
    run: read(db, boundsMs, "SELECT ended_at - started_at AS s FROM task_runs WHERE ended_at IS NOT NULL"),
    wait: read(
      db,
      boundsMs,
      `SELECT min(r.started_at) - t.created_at AS s FROM task_runs r JOIN tasks t ON t.id = r.task_id GROUP BY t.id`,
    ),
    cycle: read(
      db,
      boundsMs,
      "SELECT completed_at - created_at AS s FROM tasks WHERE completed_at IS NOT NULL AND status IN ('done', 'archived')",
    ),
  };
}

/** What another clock has made negative counts as nothing. */
function read(db: Connection, boundsMs: readonly number[], seconds: string): Histogram {
  const sums = boundsMs.map((bound, at) => `coalesce(sum(max(s, 0) * 1000 <= ${bound}), 0) AS up${at}`);
  const row = db.get<Record<string, number>>(
    `SELECT count(*) AS n, coalesce(sum(max(s, 0)), 0) AS total, ${sums.join(", ")} FROM (${seconds})`,
  );
  return {
    upTo: boundsMs.map((_, at) => row?.[`up${at}`] ?? 0),
    count: row?.n ?? 0,
    sumMs: (row?.total ?? 0) * 1000,
  };
}
