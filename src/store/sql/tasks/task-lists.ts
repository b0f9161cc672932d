import { type ListedTask, type TaskStatus, taskStatuses } from "../../../board/task.ts";
import type { TaskFilter, TaskOrder } from "../../filters.ts";
import type { Connection, Parameters } from "../connection.ts";
import { askedLine, asksFor } from "../rows/asks-column.ts";
import { isOdd } from "../rows/odd-values.ts";
import { selectListedTask, type TaskRow, toListedTask } from "../rows/task-row.ts";
import type { Steps } from "../steps.ts";

const orders: Readonly<Record<TaskOrder, string>> = {
  priority: "t.priority DESC, t.created_at, t.rowid",
  "priority-desc": "t.priority DESC, t.created_at, t.rowid",
  created: "t.created_at, t.rowid",
  "created-desc": "t.created_at DESC, t.rowid DESC",
  updated: "(SELECT max(e.id) FROM task_events e WHERE e.task_id = t.id) DESC NULLS LAST, t.rowid",
  title: "t.title COLLATE NOCASE, t.rowid",
  status: `CASE t.status ${taskStatuses.map((status, at) => `WHEN '${status}' THEN ${at}`).join(" ")} ELSE 99 END,
    t.priority DESC, t.created_at, t.rowid`,
  assignee: "t.assignee IS NULL, t.assignee COLLATE NOCASE, t.priority DESC, t.created_at, t.rowid",
};

const oneOfStatuses = "t.status IN (SELECT value FROM json_each(:statuses))";

/** Another program's word for it is not "done": such a task waits for a person, as open ones do. An index finds those. */
const hasUnknownStatus = `t.id IN (SELECT o.id FROM tasks o WHERE ${isOdd("o.")}
  AND o.status NOT IN (${taskStatuses.map((status) => `'${status}'`).join(", ")}))`;

export function* listTasks(db: Connection, filter: TaskFilter): Steps<ListedTask[]> {
  const isOfOpen = filter.statuses !== undefined && isOpen(filter.statuses);
  const isOrdered = isOfOpen && (yield* hasManyOpen(db));
  const also = isOfOpen && !isOrdered ? yield* listOddStatuses(db) : [];
  const { where, parameters } = taskConditions(filter, { isOrdered, also });
  const order = orders[filter.sort ?? "priority"];
  const { limit } = filter;
  // Which ones first: what is sorted is then small, and no more than what is shown is looked at as a whole.
  const shown =
    limit === undefined
      ? where
      : `WHERE t.rowid IN (SELECT t.rowid FROM tasks t ${where} ORDER BY ${order} LIMIT :limit)`;
  const rows = yield* db.all<TaskRow>(`${selectListedTask} ${shown} ORDER BY ${order}`, {
    ...parameters,
    ...(limit === undefined ? {} : { limit }),
  });
  return rows.map(toListedTask);
}

/**
 * SQL: the WHERE of a task `t`, empty where all are meant, and what it is given.
 * @param how.isOrdered open tasks are read along the index of the order of work
 * @param how.also statuses that another program has invented: nobody knows that such a task is over
 */
export function taskConditions(
  filter: TaskFilter,
  { isOrdered = false, also = [] }: { readonly isOrdered?: boolean; readonly also?: readonly string[] } = {},
): {
  readonly where: string;
  readonly parameters: Parameters;
} {
  const conditions: string[] = [];
  const parameters: Parameters = {};
  const add = (condition: string, name: string, value: string | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    parameters[name] = value;
  };
  const { statuses } = filter;
  // Said as the index of the order of work says it: only then is it used.
  if (statuses && isAllButArchived(statuses)) conditions.push("t.status <> 'archived'");
  else if (isOrdered) conditions.push("t.status <> 'archived' AND t.status <> 'done'");
  else
    add(
      statuses && isOpen(statuses) ? `(${oneOfStatuses} OR ${hasUnknownStatus})` : oneOfStatuses,
      "statuses",
      statuses && JSON.stringify([...statuses, ...also]),
    );
  add("t.assignee = :assignee", "assignee", filter.assignee);
  add("t.tenant = :tenant", "tenant", filter.tenant);
  add("t.id IN (SELECT child_id FROM task_links WHERE parent_id = :parentId)", "parentId", filter.parentId);
  add("t.session_id = :sessionId", "sessionId", filter.sessionId);
  add("t.workflow_template_id = :workflowId", "workflowId", filter.workflowId);
  add("t.current_step_key = :stepKey", "stepKey", filter.stepKey);
  add(asksFor("host"), "host", filter.host === undefined ? undefined : askedLine("host", filter.host));
  for (const [at, label] of (filter.labels ?? []).entries())
    add(asksFor(`label${at}`), `label${at}`, askedLine("label", label));
  add(
    `(t.assignee = :of OR t.id IN (SELECT k.task_id FROM kanbun_runs k
       WHERE k.gone_at_ms IS NULL AND k.holder = 'person' AND k.profile = :of))`,
    "of",
    filter.of,
  );
  if (filter.hasFailed) conditions.push("t.consecutive_failures > 0");
  return { where: conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`, parameters };
}

function isAllButArchived(statuses: readonly TaskStatus[]): boolean {
  return taskStatuses.every((status) => statuses.includes(status) !== (status === "archived"));
}

function isOpen(statuses: readonly TaskStatus[]): boolean {
  return taskStatuses.every((one) => statuses.includes(one) !== (one === "archived" || one === "done"));
}

/** From one status to the next in the index, however many tasks each has. */
function* listOddStatuses(db: Connection): Steps<string[]> {
  const found = yield* db.all<{ status: unknown }>(
    `WITH RECURSIVE found(status) AS (
       SELECT min(status) FROM tasks
       UNION ALL
       SELECT (SELECT min(status) FROM tasks WHERE status > found.status) FROM found WHERE found.status IS NOT NULL)
     SELECT status FROM found`,
  );
  return found.flatMap(({ status }) =>
    typeof status === "string" && !taskStatuses.some((known) => known === status) ? [status] : [],
  );
}

/** Few are sorted, however many are done; of many the first are read in the order of work, however many there are. */
function* hasManyOpen(db: Connection): Steps<boolean> {
  const many = 20_000;
  const row = yield* db.get<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM tasks
     WHERE status IN ('triage', 'todo', 'scheduled', 'ready', 'running', 'blocked', 'review') LIMIT ${many}) m`,
  );
  return row?.n === many;
}

export function* findTaskIds(db: Connection, prefix: string, limit: number): Steps<string[]> {
  return (yield* db.all<{ id: string }>(
    "SELECT id FROM tasks WHERE id >= :prefix AND id < :end ORDER BY id LIMIT :limit",
    {
      prefix,
      end: `${prefix}\u{10FFFF}`,
      limit,
    },
  )).map((task) => task.id);
}

export function* listTasksById(db: Connection, ids: readonly string[]): Steps<ListedTask[]> {
  return (yield* db.all<TaskRow>(`${selectListedTask} WHERE t.id IN (SELECT value FROM json_each(:ids))`, {
    ids: JSON.stringify(ids),
  })).map(toListedTask);
}
