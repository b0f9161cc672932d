import {
  type BoardOverview,
  type DoneTask,
  type FirstTasks,
  type OverviewQuestion,
  type Pace,
  paceMs,
} from "../../../board/overview.ts";
import type { ListedTask, TaskStatus } from "../../../board/task.ts";
import type { Connection } from "../connection.ts";
import { selectListedTask, type TaskRow, toListedTask } from "../rows/task-row.ts";
import { each, type Steps } from "../steps.ts";
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
  ready: `t.status = 'ready' AND t.assignee IS NOT DISTINCT FROM :assignee AND ${isMatch} ORDER BY ${inOrderOfWork}`,
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
export function* getOverview(
  db: Connection,
  { nowMs, limit, match }: OverviewQuestion,
): Steps<BoardOverview> {
  const like = match === null ? null : `%${match.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const list = function* (
    part: keyof typeof parts,
    max: number,
    given: { assignee?: string | null } = {},
  ): Steps<ListedTask[]> {
    if (max <= 0) return [];
    const sql = `${selectListedTask} WHERE ${parts[part]} LIMIT :max`;
    return (yield* db.all<TaskRow>(sql, { match: like, max, ...given })).map(toListedTask);
  };
  const first = function* (...names: readonly (keyof typeof parts)[]): Steps<ListedTask[]> {
    const found: ListedTask[] = [];
    for (const name of names) found.push(...(yield* list(name, limit - found.length)));
    return found;
  };
  const counts = yield* countStatuses(db, like);
  const reviews = yield* count(db, `${isPersonsReview} AND ${isMatch}`, like);
  const of = (...statuses: readonly TaskStatus[]) =>
    statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const ready = (yield* listReady(db, (assignee) => list("ready", limit, { assignee })))
    .concat(yield* list("agentReviews", limit))
    .sort((a, b) => b.priority - a.priority || a.createdAtMs - b.createdAtMs)
    .slice(0, limit);
  return {
    byStatus: counts,
    needsYou: {
      count: of("blocked", "triage") + reviews,
      first: yield* each(yield* first("questions", "reviews", "blocked", "triage"), function* (task) {
        return { task, sinceMs: yield* needsYouSince(db, task) };
      }),
    },
    running: {
      count: of("running"),
      first: yield* each(yield* first("running"), function* (task) {
        return { task, startedAtMs: yield* startOfRun(db, task.currentRunId) };
      }),
    },
    next: {
      count: of("ready", "scheduled", "todo", "review") - reviews,
      first: [...ready, ...(yield* first("scheduled", "todo"))].slice(0, limit),
    } satisfies FirstTasks,
    ...(yield* viewLately(db, { nowMs, limit, match: like })),
  };
}

function* countStatuses(db: Connection, match: string | null): Steps<BoardOverview["byStatus"]> {
  const where = match === null ? "" : `WHERE ${isMatch}`;
  const rows = yield* db.all<{ status: TaskStatus; n: number }>(
    `SELECT t.status, count(*) AS n FROM tasks t ${where} GROUP BY t.status`,
    match === null ? {} : { match },
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

function* count(db: Connection, condition: string, match: string | null): Steps<number> {
  return (
    (yield* db.get<{ n: number }>(`SELECT count(*) AS n FROM tasks t WHERE ${condition}`, { match }))?.n ?? 0
  );
}

/** Its last event that leaves a task to a person; where another program wrote none, when it was made. */
function* needsYouSince(db: Connection, { id, createdAtMs }: ListedTask): Steps<number> {
  const row = yield* db.get<{ at: number | null }>(
    `SELECT max(created_at) AS at FROM task_events WHERE task_id = :id
     AND kind IN ('blocked', 'gave_up', 'block_loop_detected', 'review_requested')`,
    { id },
  );
  return row?.at == null ? createdAtMs : row.at * 1_000;
}

function* startOfRun(db: Connection, id: number | null): Steps<number | null> {
  const row = yield* db.get<{ ms: number }>(
    `SELECT coalesce(k.claimed_at_ms, 1000 * r.started_at) AS ms
     FROM task_runs r LEFT JOIN kanbun_runs k ON k.run_id = r.id WHERE r.id = :id`,
    { id },
  );
  return row?.ms ?? null;
}

/** Of each assignee the first ones, those of nobody too. */
function* listReady(
  db: Connection,
  list: (assignee: string | null) => Steps<ListedTask[]>,
): Steps<ListedTask[]> {
  const names = (yield* db.all<{ assignee: string | null }>(selectReadyAssignees)).map(
    ({ assignee }) => assignee,
  );
  return (yield* each(new Set([...names, null]), list)).flat();
}

function* viewLately(
  db: Connection,
  { nowMs, limit, match }: OverviewQuestion,
): Steps<{ readonly done: readonly DoneTask[]; readonly pace: Pace }> {
  const rows = yield* db.all<{ task_id: string; started_at: number; ended_at: number }>(selectLately);
  const sinceMs = nowMs - paceMs;
  const lately = rows.filter((row) => row.ended_at * 1_000 > sinceMs);
  // A board that began a minute ago, or again after a rest, is as fast as it was since.
  const oldestMs = (lately.at(-1)?.started_at ?? 0) * 1_000;
  const done: DoneTask[] = [];
  for (const row of rows) {
    if (done.length >= limit) break;
    const task = yield* db.get<TaskRow>(
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
