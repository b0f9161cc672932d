import type { Connection } from "./connection.ts";

/** SQL that is true for a task `t`, beside it `k`, which no time and no earlier worker holds back. */
export const isStartable = `coalesce(k.not_before_ms, 0) <= :nowMs
  AND NOT EXISTS (SELECT 1 FROM kanbun_runs l WHERE l.task_id = t.id AND l.gone_at_ms IS NULL)`;

// Each found through its own index: the ready tasks of a profile, and the reviews that are assigned to it.
const anyCandidate = ["ready", "review"]
  .map(
    (status) => `
  SELECT 1 FROM json_each(:profiles) p CROSS JOIN tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id
    WHERE t.status = '${status}' AND t.assignee = p.value AND ${isStartable}`,
  )
  .join(" UNION ALL ");

/** Whether any task waits for nothing but a slot of one of these profiles. */
export function hasCandidates(db: Connection, profiles: readonly string[], nowMs: number): boolean {
  if (profiles.length === 0) return false;
  return db.get(`${anyCandidate} LIMIT 1`, { profiles: JSON.stringify(profiles), nowMs }) !== null;
}
