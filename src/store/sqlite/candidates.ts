import type { Connection } from "./connection.ts";

/** SQL that is true for a task `t`, beside it `k`, which no time and no earlier worker holds back. */
export const isStartable = `coalesce(k.not_before_ms, 0) <= :nowMs
  AND NOT EXISTS (SELECT 1 FROM kanbun_runs l WHERE l.task_id = t.id AND l.gone_at_ms IS NULL)`;

// Each found through its own index: of the ready tasks of a profile, and of the reviews that wait for it.
const anyCandidate = `
  SELECT 1 FROM json_each(:profiles) p CROSS JOIN tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id
    WHERE t.status = 'ready' AND t.assignee = p.value AND ${isStartable}
  UNION ALL
  SELECT 1 FROM json_each(:profiles) p CROSS JOIN kanbun_tasks k CROSS JOIN tasks t
    WHERE k.reviewer = p.value AND t.id = k.task_id AND +t.status = 'review' AND ${isStartable}
  LIMIT 1`;

/** Whether any task waits for nothing but a slot of one of these profiles. */
export function hasCandidates(db: Connection, profiles: readonly string[], nowMs: number): boolean {
  if (profiles.length === 0) return false;
  return db.get(anyCandidate, { profiles: JSON.stringify(profiles), nowMs }) !== null;
}
