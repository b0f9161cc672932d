import {
  type BoardOverview,
  type DoneTask,
  type FirstTasks,
  type OverviewQuestion,
  type Pace,
  paceMs,
} from "../../../board/overview.ts";
import type { ListedTask, TaskStatus } from "../../../board/task.ts";
import type { Connection } from "../database/connection.ts";
import { selectListedTask, type TaskRow, toListedTask } from "../rows/task-row.ts";
import { inOrderOfWork } from "../ticks/candidates.ts";

/** So many of the last runs are looked at for what was done lately: no board is so large that it takes long. */
const lastRunsMax = 1_000;

const isMatch = String.raw`(:match IS NULL OR t.title LIKE :match ESCAPE '\' OR t.id LIKE :match ESCAPE '\' OR t.assignee LIKE :match ESCAPE '\')`;
const hasOpenQuestion =
  "EXISTS (SELECT 1 FROM kanbun_questions q WHERE q.task_id = t.id AND q.closed_at_ms IS NULL)";
const isPersonsReview = "t.status = 'review' AND t.assignee IS NULL";

/** Each part stops as soon as it has enough: the conditions are said so that an index gives the order, or few are sorted. */
const parts = {
  questions: `t.id IN (SELECT task_id FROM kanbun_questions WHERE closed_at_ms IS NULL) AND t.status = 'blocked' AND ${isMatch} ORDER BY t.rowid`,
  reviews: `${isPersonsReview} AND ${isMatch} ORDER BY ${inOrderOfWork}`,
  blocked: `t.status = 'blocked' AND NOT ${hasOpenQuestion} AND ${isMatch} ORDER BY t.rowid DESC`,
  triage: `t.status = 'triage' AND ${isMatch} ORDER BY t.rowid`,
  running: `t.status = 'running' AND ${isMatch} ORDER BY t.started_at, t.rowid`,
  ready: `t.status = 'ready' AND t.assignee IS :assignee AND ${isMatch} ORDER BY ${inOrderOfWork}`,
  agentReviews: `t.status = 'review' AND t.assignee IS NOT NULL AND ${isMatch} ORDER BY ${inOrderOfWork}`,
  scheduled: `t.status = 'scheduled' AND ${isMatch} ORDER BY k.not_before_ms IS NULL, k.not_before_ms, t.rowid`,
  todo: `t.status = 'todo' AND ${isMatch} ORDER BY t.rowid`,
} as const;

// From one assignee to the next in the index of ready tasks, however many tasks each has.
const selectReadyAssignees = `
  WITH RECURSIVE found(assignee) AS (
    SELECT min(assignee) FROM tasks WHERE status = 'ready'
    UNION ALL
    SELECT (SELECT min(assignee) FROM tasks WHERE status = 'ready' AND assignee > found.assignee)
    FROM found WHERE found.assignee IS NOT NULL)
  SELECT assignee FROM found`;

const selectLately = `
  SELECT task_id, started_at, ended_at FROM task_runs
  WHERE id > (SELECT coalesce(max(id), 0) - ${lastRunsMax} FROM task_runs) AND outcome = 'completed' AND ended_at IS NOT NULL
  ORDER BY ended_at DESC, id DESC`;

/** The board at a glance; what is named of it costs the same however many tasks there are, but for counting them. */
export function getOverview(db: Connection, { nowMs, limit, match }: OverviewQuestion): BoardOverview {
  const like = match === null ? null : `%${match.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const list = (part: keyof typeof parts, max: number, given: { assignee?: string | null } = {}) =>
    max <= 0
      ? []
      : db
          .all<TaskRow>(`${selectListedTask} WHERE ${parts[part]} LIMIT :max`, { match: like, max, ...given })
          .map(toListedTask);
  const first = (...names: readonly (keyof typeof parts)[]) => {
    const found: ListedTask[] = [];
    for (const name of names) found.push(...list(name, limit - found.length));
    return found;
  };
  const counts = countStatuses(db, like);
  const reviews = count(db, `${isPersonsReview} AND ${isMatch}`, like);
  const of = (...statuses: readonly TaskStatus[]) =>
    statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const ready = listReady(db, (assignee) => list("ready", limit, { assignee }))
    .concat(list("agentReviews", limit))
    .sort((a, b) => b.priority - a.priority || a.createdAtMs - b.createdAtMs)
    .slice(0, limit);
  return {
    byStatus: counts,
    needsYou: {
      count: of("blocked", "triage") + reviews,
      first: first("questions", "reviews", "blocked", "triage").map((task) => ({
        task,
        sinceMs: needsYouSince(db, task),
      })),
    },
    running: {
      count: of("running"),
      first: first("running").map((task) => ({ task, startedAtMs: startOfRun(db, task.currentRunId) })),
    },
    next: {
      count: of("ready", "scheduled", "todo", "review") - reviews,
      first: [...ready, ...first("scheduled", "todo")].slice(0, limit),
    } satisfies FirstTasks,
    ...viewLately(db, { nowMs, limit, match: like }),
  };
}

function countStatuses(db: Connection, match: string | null): BoardOverview["byStatus"] {
  const where = match === null ? "" : `WHERE ${isMatch}`;
  const rows = db.all<{ status: TaskStatus; n: number }>(
    `SELECT t.status, count(*) AS n FROM tasks t ${where} GROUP BY t.status`,
    match === null ? {} : { match },
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

function count(db: Connection, condition: string, match: string | null): number {
  return db.get<{ n: number }>(`SELECT count(*) AS n FROM tasks t WHERE ${condition}`, { match })?.n ?? 0;
}

/** Its last event that leaves a task to a person; where another program wrote none, when it was made. */
function needsYouSince(db: Connection, { id, createdAtMs }: ListedTask): number {
  const row = db.get<{ at: number | null }>(
    `SELECT max(created_at) AS at FROM task_events WHERE task_id = :id
     AND kind IN ('blocked', 'gave_up', 'block_loop_detected', 'review_requested')`,
    { id },
  );
  return row?.at == null ? createdAtMs : row.at * 1_000;
}

function startOfRun(db: Connection, id: number | null): number | null {
  const row = db.get<{ ms: number }>(
    `SELECT coalesce(k.claimed_at_ms, 1000 * r.started_at) AS ms
     FROM task_runs r LEFT JOIN kanbun_runs k ON k.run_id = r.id WHERE r.id = :id`,
    { id },
  );
  return row?.ms ?? null;
}

/** Of each assignee the first ones, those of nobody too. */
function listReady(db: Connection, list: (assignee: string | null) => ListedTask[]): ListedTask[] {
  const names = db.all<{ assignee: string | null }>(selectReadyAssignees).map(({ assignee }) => assignee);
  return [...new Set([...names, null])].flatMap(list);
}

function viewLately(
  db: Connection,
  { nowMs, limit, match }: OverviewQuestion,
): { readonly done: readonly DoneTask[]; readonly pace: Pace } {
  const rows = db.all<{ task_id: string; started_at: number; ended_at: number }>(selectLately);
  const sinceMs = nowMs - paceMs;
  const lately = rows.filter((row) => row.ended_at * 1_000 > sinceMs);
  // A board that began a minute ago, or again after a rest, is as fast as it was since.
  const oldestMs = (lately.at(-1)?.started_at ?? 0) * 1_000;
  const done: DoneTask[] = [];
  for (const row of rows) {
    if (done.length >= limit) break;
    const task = db.get<TaskRow>(
      `${selectListedTask} WHERE t.id = :id AND t.status = 'done' AND ${isMatch}`,
      {
        id: row.task_id,
        match,
      },
    );
    if (task !== null)
      done.push({
        task: toListedTask(task),
        startedAtMs: row.started_at * 1_000,
        endedAtMs: row.ended_at * 1_000,
      });
  }
  return { done, pace: { completed: lately.length, sinceAtMs: Math.max(sinceMs, oldestMs) } };
}
