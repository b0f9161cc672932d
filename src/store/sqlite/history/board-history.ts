import type { BoardHistory, BoardRun } from "../../../board/board-history.ts";
import type { RunOutcome } from "../../../board/run.ts";
import type { Connection } from "../database/connection.ts";
import { toMs, toText } from "../rows/odd-values.ts";

const failed = "outcome IN ('crashed', 'timed_out', 'spawn_failed', 'gave_up')";
const timesMax = 10_000;

/** Runs that were under way in the span, the newest first. */
export function listBoardRuns(
  db: Connection,
  {
    sinceAtMs,
    untilAtMs,
    limit,
  }: { readonly sinceAtMs: number; readonly untilAtMs: number; readonly limit: number },
): BoardRun[] {
  return db
    .all<{
      id: number;
      task_id: string;
      title: string;
      profile: string | null;
      started_at: number;
      ended_at: number | null;
      outcome: RunOutcome | null;
    }>(
      `SELECT r.id, r.task_id, t.title, r.profile, r.started_at, r.ended_at, r.outcome
       FROM task_runs r JOIN tasks t ON t.id = r.task_id
       WHERE r.started_at <= :untilS AND coalesce(r.ended_at, :untilS) >= :sinceS ORDER BY r.id DESC LIMIT :limit`,
      { sinceS: Math.floor(sinceAtMs / 1000), untilS: Math.ceil(untilAtMs / 1000), limit },
    )
    .map((row) => ({
      id: row.id,
      taskId: row.task_id,
      title: toText(row.title),
      profile: row.profile,
      startedAtMs: toMs(row.started_at) ?? 0,
      endedAtMs: toMs(row.ended_at),
      outcome: row.outcome,
    }));
}

/** Moments of a kind: how many there were in each step, and before the span under the step -1. */
const moments = {
  created: "SELECT created_at AS s FROM tasks",
  started: "SELECT min(started_at) AS s FROM task_runs GROUP BY task_id",
  finished:
    "SELECT completed_at AS s FROM tasks WHERE completed_at IS NOT NULL AND status IN ('done', 'archived')",
  runs: "SELECT started_at AS s FROM task_runs",
  failedRuns: `SELECT ended_at AS s FROM task_runs WHERE ${failed}`,
} as const;

/** @param span.stepMs at least a second */
export function readHistory(
  db: Connection,
  {
    sinceAtMs,
    untilAtMs,
    stepMs,
  }: { readonly sinceAtMs: number; readonly untilAtMs: number; readonly stepMs: number },
): BoardHistory {
  const span = { sinceS: Math.floor(sinceAtMs / 1000), untilS: Math.ceil(untilAtMs / 1000) };
  const stepS = Math.max(1, Math.round(stepMs / 1000));
  const none = { created: 0, started: 0, finished: 0, runs: 0, failedRuns: 0 };
  const steps = new Map<number, typeof none>();
  for (const name of Object.keys(moments) as (keyof typeof moments)[]) {
    const rows = db.all<{ step: number; n: number }>(
      `SELECT iif(s < :sinceS, -1, (s - :sinceS) / :stepS) AS step, count(*) AS n FROM (${moments[name]})
       WHERE s <= :untilS GROUP BY 1`,
      { ...span, stepS },
    );
    for (const { step, n } of rows) steps.set(step, { ...none, ...steps.get(step), [name]: n });
  }
  const { runs: _runs, failedRuns: _failed, ...before } = steps.get(-1) ?? none;
  steps.delete(-1);
  const times = (from: string) =>
    db
      .all<{ s: number }>(
        `SELECT t.completed_at - ${from} AS s FROM tasks t
         WHERE t.completed_at BETWEEN :sinceS AND :untilS AND ${from} IS NOT NULL ORDER BY t.completed_at DESC LIMIT ${timesMax}`,
        span,
      )
      .map(({ s }) => Math.max(0, s) * 1000);
  return {
    before,
    steps: [...steps]
      .sort(([a], [b]) => a - b)
      .map(([step, counts]) => ({ atMs: (span.sinceS + step * stepS) * 1000, ...counts })),
    profiles: readProfiles(db, span),
    cycleMs: times("t.created_at"),
    workMs: times("t.started_at"),
  };
}

function readProfiles(db: Connection, span: { sinceS: number; untilS: number }): BoardHistory["profiles"] {
  return db.all<BoardHistory["profiles"][number]>(
    `SELECT r.profile, count(*) AS runs, sum(outcome = 'completed') AS completed, sum(${failed}) AS failed,
       sum(max(r.ended_at - r.started_at, 0)) * 1000 AS durationMs, sum(u.cost_usd) AS costUsd
     FROM task_runs r LEFT JOIN kanbun_usage u ON u.run_id = r.id
     WHERE r.ended_at BETWEEN :sinceS AND :untilS GROUP BY r.profile ORDER BY runs DESC`,
    span,
  );
}
