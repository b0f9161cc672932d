import type { Durations, Histogram } from "../../../board/histogram.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/** @param boundsMs each longer than the one before */
export function* readDurations(db: Connection, boundsMs: readonly number[]): Steps<Durations> {
  return {
    run: yield* read(
      db,
      boundsMs,
      "SELECT ended_at - started_at AS s FROM task_runs WHERE ended_at IS NOT NULL",
    ),
    wait: yield* read(
      db,
      boundsMs,
      `SELECT min(r.started_at) - t.created_at AS s FROM task_runs r JOIN tasks t ON t.id = r.task_id GROUP BY t.id, t.created_at`,
    ),
    cycle: yield* read(
      db,
      boundsMs,
      "SELECT completed_at - created_at AS s FROM tasks WHERE completed_at IS NOT NULL AND status IN ('done', 'archived')",
    ),
  };
}

/** What another clock has made negative counts as nothing. */
function* read(db: Connection, boundsMs: readonly number[], seconds: string): Steps<Histogram> {
  const sums = boundsMs.map((bound, at) => `count(*) FILTER (WHERE max(s, 0) * 1000 <= ${bound}) AS up${at}`);
  const row = yield* db.get<Record<string, number>>(
    `SELECT count(*) AS n, CAST(coalesce(sum(max(s, 0)), 0) AS BIGINT) AS total, ${sums.join(", ")} FROM (${seconds}) d`,
  );
  return {
    upTo: boundsMs.map((_, at) => row?.[`up${at}`] ?? 0),
    count: row?.n ?? 0,
    sumMs: (row?.total ?? 0) * 1000,
  };
}
