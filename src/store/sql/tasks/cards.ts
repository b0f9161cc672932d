import type { Card, CardParent } from "../../../board/card.ts";
import type { RunOutcome } from "../../../board/run.ts";
import { type ListedTask, type TaskStatus, taskStatuses } from "../../../board/task.ts";
import type { CardCursor, CardFilter, CardPage } from "../../filters.ts";
import type { Connection, Parameters, Value } from "../connection.ts";
import { toMs, toText } from "../rows/odd-values.ts";
import { selectListedTask, type TaskRow, toListedTask } from "../rows/task-row.ts";
import { each, type Steps } from "../steps.ts";
import { countOpenParents, viewOpenParents } from "./links.ts";
import { revision } from "./revisions.ts";

interface SortKey {
  readonly sql: string;
  readonly isDown: boolean;
  /** What has none comes last. */
  readonly mayBeNull?: true;
}

/** What a list is sorted by, from the left; the order of rows is the last word in each. */
const sortKeys: Readonly<Record<NonNullable<CardFilter["sort"]>, readonly SortKey[]>> = {
  priority: [
    { sql: "t.priority", isDown: true },
    { sql: "t.created_at", isDown: false },
  ],
  created: [{ sql: "t.created_at", isDown: false }],
  newest: [{ sql: "t.created_at", isDown: true }],
  completed: [{ sql: "t.completed_at", isDown: true, mayBeNull: true }],
  updated: [{ sql: "u.id", isDown: true, mayBeNull: true }],
  title: [{ sql: "t.title COLLATE NOCASE", isDown: false }],
};

/** So much of a question is on a card. */
const questionCharsMax = 300;

const joinUpdates = `LEFT JOIN (SELECT task_id, max(id) AS id FROM task_events GROUP BY task_id) u ON u.task_id = t.id`;

type PageRow = { readonly id: string } & { readonly [key: `key${number}`]: Value };

/** Cards in order, and where to go on; archived tasks only where a status asks for them. */
export function* listCards(db: Connection, filter: CardFilter): Steps<CardPage> {
  const { conditions, parameters } = conditionsOf(filter);
  const keys: readonly SortKey[] = [
    ...sortKeys[filter.sort ?? "priority"],
    { sql: "t.rowid", isDown: filter.sort === "completed" },
  ];
  if (filter.after != null) conditions.push(isBehind(keys, filter.after, parameters));
  const named = keys.map(({ sql }, at) => `${sql} AS key${at}`).join(", ");
  const order = keys
    .map(({ sql, isDown, mayBeNull }) => `${sql}${isDown ? " DESC" : ""}${mayBeNull ? " NULLS LAST" : ""}`)
    .join(", ");
  // The ids first: what is sorted is then small, however many tasks there are.
  const rows = yield* db.all<PageRow>(
    `SELECT t.id, ${named} FROM tasks t ${filter.sort === "updated" ? joinUpdates : ""}
     WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT :limit`,
    { ...parameters, limit: filter.limit + 1 },
  );
  const shown = rows.slice(0, filter.limit);
  const last = rows.length > filter.limit ? shown.at(-1) : undefined;
  return {
    cards: yield* toCards(
      db,
      shown.map(({ id }) => id),
    ),
    next: last === undefined ? null : keys.map((_, at) => last[`key${at}`] as string | number | null),
  };
}

/** How many there are of each status, whichever statuses are asked for. */
export function* countCards(db: Connection, filter: CardFilter): Steps<Partial<Record<TaskStatus, number>>> {
  const { conditions, parameters } = conditionsOf({ ...filter, statuses: taskStatuses });
  const rows = yield* db.all<{ status: TaskStatus; n: number }>(
    `SELECT t.status, count(*) AS n FROM tasks t WHERE ${conditions.join(" AND ")} GROUP BY t.status`,
    parameters,
  );
  return Object.fromEntries(rows.map(({ status, n }) => [toText(status), n]));
}

function conditionsOf(filter: CardFilter): { conditions: string[]; parameters: Parameters } {
  const conditions: string[] = [];
  const parameters: Parameters = {};
  const add = (condition: string, name: string, value: Value | undefined) => {
    if (value === undefined) return;
    conditions.push(condition);
    parameters[name] = value;
  };
  const { statuses, ids, assignee, text } = filter;
  // Said as the index of the order of work says it: only then is it used.
  if (statuses === undefined) conditions.push(ids === undefined ? "t.status <> 'archived'" : "true");
  else if (taskStatuses.every((status) => statuses.includes(status))) conditions.push("true");
  else add("t.status IN (SELECT value FROM json_each(:statuses))", "statuses", JSON.stringify(statuses));
  add("t.id IN (SELECT value FROM json_each(:ids))", "ids", ids && JSON.stringify(ids));
  if (assignee === null) conditions.push("t.assignee IS NULL");
  else add("t.assignee = :assignee", "assignee", assignee);
  add("t.tenant = :tenant", "tenant", filter.tenant);
  add("t.id IN (SELECT child_id FROM task_links WHERE parent_id = :parentId)", "parentId", filter.parentId);
  if (filter.hasFailed) conditions.push("t.consecutive_failures > 0");
  if (text !== undefined && text !== "") {
    const found = ["t.title", "t.id", "t.body"]
      .map((column) => `${column} LIKE :text ESCAPE '\\'`)
      .join(" OR ");
    const inComment = `EXISTS (SELECT 1 FROM task_comments c WHERE c.task_id = t.id AND c.body LIKE :text ESCAPE '\\')`;
    add(`(${found} OR ${inComment})`, "text", `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`);
  }
  return { conditions, parameters };
}

/** SQL: true for what comes after the row with these keys. NULL is what SQLite makes of it: less than everything. */
function isBehind(
  keys: readonly { sql: string; isDown: boolean }[],
  after: CardCursor,
  parameters: Parameters,
): string {
  let condition = "false";
  for (const [at, { sql, isDown }] of [...keys.entries()].reverse()) {
    parameters[`after${at}`] = after[at] ?? null;
    const value = `:after${at}`;
    const isLess = `(${sql} < ${value} OR (${sql} IS NULL AND ${value} IS NOT NULL))`;
    const isMore = `(${sql} > ${value} OR (${sql} IS NOT NULL AND ${value} IS NULL))`;
    condition = `(${isDown ? isLess : isMore} OR (${sql} IS NOT DISTINCT FROM ${value} AND ${condition}))`;
  }
  return condition;
}

interface FactsRow {
  readonly id: string;
  readonly revision: number;
  readonly position: number;
  readonly comments: number;
  readonly attachments: number;
  readonly tries: number;
  readonly children: number;
  readonly parents: number;
  readonly question: string | null;
  readonly cost_usd: number | null;
  readonly run_id: number | null;
  readonly profile: string | null;
  readonly run_started_at: number | null;
  readonly ended_at: number | null;
  readonly outcome: RunOutcome | null;
}

const count = (table: string, column: string) => `(SELECT count(*) FROM ${table} x WHERE x.${column} = t.id)`;

const selectFacts = `SELECT t.id, ${revision} AS revision, t.rowid AS position, ${count("task_comments", "task_id")} AS comments,
    ${count("task_attachments", "task_id")} AS attachments, ${count("task_runs", "task_id")} AS tries,
    ${count("task_links", "parent_id")} AS children, ${count("task_links", "child_id")} AS parents,
    (SELECT substr(q.question, 1, ${questionCharsMax}) FROM kanbun_questions q
     WHERE q.task_id = t.id AND q.closed_at_ms IS NULL AND t.status = 'blocked' ORDER BY q.id DESC LIMIT 1) AS question,
    (SELECT sum(u.cost_usd) FROM kanbun_usage u WHERE u.task_id = t.id) AS cost_usd,
    r.id AS run_id, r.profile, r.started_at AS run_started_at, r.ended_at, r.outcome
  FROM json_each(:ids) j JOIN tasks t ON t.id = j.value
  LEFT JOIN task_runs r ON r.id = (SELECT max(m.id) FROM task_runs m WHERE m.task_id = t.id)`;

/** In the order of the ids. */
function* toCards(db: Connection, of: readonly string[]): Steps<Card[]> {
  const ids = JSON.stringify(of);
  const rows = yield* db.all<TaskRow>(
    `${selectListedTask} WHERE t.id IN (SELECT value FROM json_each(:ids))`,
    {
      ids,
    },
  );
  const tasks = new Map(rows.map((row) => [row.id, row]));
  const facts = new Map((yield* db.all<FactsRow>(selectFacts, { ids })).map((row) => [row.id, row]));
  const cards = yield* each(of, function* (id): Steps<Card[]> {
    const [task, row] = [tasks.get(id), facts.get(id)];
    return task === undefined || row === undefined ? [] : [yield* toCard(db, toListedTask(task), row)];
  });
  return cards.flat();
}

function* toCard(db: Connection, task: ListedTask, row: FactsRow): Steps<Card> {
  const isOver = task.status === "done" || task.status === "archived";
  const openParents = row.parents === 0 || isOver ? 0 : yield* countOpenParents(db, task.id);
  return {
    ...task,
    revision: row.revision,
    position: row.position,
    comments: row.comments,
    attachments: row.attachments,
    tries: row.tries,
    children: row.children,
    parents: row.parents,
    openParents,
    firstOpenParents: openParents === 0 ? [] : yield* firstOpenParents(db, task.id),
    question: row.question,
    costUsd: row.cost_usd,
    lastRun:
      row.run_id === null
        ? null
        : {
            id: row.run_id,
            profile: row.profile,
            startedAtMs: toMs(row.run_started_at) ?? 0,
            endedAtMs: toMs(row.ended_at),
            outcome: row.outcome,
          },
  };
}

function* firstOpenParents(db: Connection, id: string): Steps<CardParent[]> {
  const { first } = yield* viewOpenParents(db, id);
  const found = yield* each(first, function* (parent): Steps<CardParent[]> {
    const sql = "SELECT status FROM tasks WHERE id = :id";
    const row = yield* db.get<{ status: TaskStatus }>(sql, { id: parent.id });
    return row === null ? [] : [{ ...parent, status: row.status }];
  });
  return found.flat();
}
