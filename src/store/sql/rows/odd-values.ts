import { taskStatuses, workspaceKinds } from "../../../board/task.ts";
import type { BoardInspection } from "../../inspection.ts";
import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/** The last second of the year 9999. */
export const secondsMax = 253_402_300_799;

/** How a database is asked what it holds. */
export interface OddWords {
  readonly text: (column: string) => string;
  readonly longText: (column: string) => string;
  /** Of a text. */
  readonly isFileName: (column: string) => string;
  readonly oneOf: (column: string, values: readonly string[]) => string;
  readonly list: (column: string) => string;
  readonly shown: (column: string) => string;
  readonly no: string;
}

/** So much of a value is shown. */
export const shownMax = 40;

const sqliteWords: OddWords = {
  // In the cheapest way there is, for every row of a board is looked at: bytes come after all texts, texts after all numbers,
  // and a column of texts keeps no number.
  text: (column) => `${column} < x''`,
  // Asked so, SQLite reads nothing of a text that fills pages of its own.
  longText: (column) => `typeof(${column}) = 'text'`,
  // One after the other: of a list that is looked up SQLite makes a table, for each row that it looks at or writes.
  isFileName: (column) =>
    `${column} <> '' AND ${column} <> '.' AND ${column} <> '..' AND ${column} NOT GLOB '*[/\\]*'`,
  oneOf: (column, values) => `(${values.map((value) => `${column} = '${value}'`).join(" OR ")})`,
  // Whether it is JSON an index can't ask, for it must also mean something to a SQLite that has no such function.
  list: (column) => `${column} GLOB '[[]*]'`,
  shown: (column) =>
    `iif(typeof(${column}) IN ('text', 'blob'), quote(substr(${column}, 1, ${shownMax})), quote(${column}))`,
  no: "0",
};

type Rule = (column: string) => string;

const number = (min: number, max: number) => (column: string) => `${column} BETWEEN ${min} AND ${max}`;
const orNothing = (rule: (column: string) => string) => (column: string) =>
  `(${column} IS NULL OR ${rule(column)})`;
// Of a column that is NOT NULL in the format: there SQLite makes another expression of IS NULL, and misses the index.
const orZero = (rule: (column: string) => string) => (column: string) => rule(`coalesce(${column}, 0)`);
const count = number(0, Number.MAX_SAFE_INTEGER);
const time = number(0, secondsMax);

/**
 * What Kanbun can use of each column of a task: other programs write them too, and SQLite holds what it is given. A bad
 * count of failures is none here: it counts as 0, and a repair sets it right.
 */
const rulesIn = ({ text, longText, isFileName, oneOf, list }: OddWords): Readonly<Record<string, Rule>> => ({
  id: (column) => `${text(column)} AND ${isFileName(column)}`,
  title: text,
  body: orNothing(longText),
  assignee: orNothing(text),
  status: (column) => oneOf(column, taskStatuses),
  priority: orNothing(number(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)),
  created_by: orNothing(text),
  created_at: time,
  started_at: orNothing(time),
  completed_at: orNothing(time),
  workspace_kind: (column) => oneOf(column, workspaceKinds),
  workspace_path: orNothing(text),
  branch_name: orNothing(text),
  project_id: orNothing(text),
  tenant: orNothing(text),
  result: orNothing(longText),
  idempotency_key: orNothing(text),
  last_failure_error: orNothing(longText),
  max_runtime_seconds: orNothing(number(1, secondsMax)),
  skills: orNothing(list),
  model_override: orNothing(text),
  provider_override: orNothing(text),
  max_retries: orNothing(count),
  goal_mode: orZero(number(0, 1)),
  goal_max_turns: orNothing(count),
  session_id: orNothing(text),
  block_kind: orNothing(text),
});

/** SQL: true for a row of tasks that holds something which Kanbun can't use. An index finds those: `kanbun_tasks_odd`. */
export function isOdd(table: string, words = sqliteWords): string {
  const all = Object.entries(rulesIn(words)).map(([name, rule]) => rule(`${table}${name}`));
  return `NOT coalesce(${all.join(" AND ")}, ${words.no})`;
}

/** SQL: the first column of a task `t` whose value can't be used, and that value: `priority = 'high'`; else NULL. */
export function oddityIn(words: OddWords): string {
  const cases = Object.entries(rulesIn(words)).map(
    ([name, rule]) =>
      `WHEN NOT coalesce(${rule(`t.${name}`)}, ${words.no}) THEN '${name} = ' || ${words.shown(`t.${name}`)}`,
  );
  return `CASE WHEN ${isOdd("t.", words)} THEN CASE ${cases.join(" ")} END END`;
}

/** As SQLite is asked. */
export const oddity = oddityIn(sqliteWords);

/** Those that are not over, and wait for a person to set them right. */
export function* listOddRows(db: Connection): Steps<BoardInspection["oddRows"]> {
  const rows = yield* db.all<{ id: unknown; oddity: string; total: number }>(
    `SELECT t.id, ${oddity} AS oddity, count(*) OVER () AS total
     FROM tasks t WHERE ${isOdd("t.")} AND t.status NOT IN ('done', 'archived') ORDER BY t.rowid LIMIT 10`,
  );
  return {
    count: rows[0]?.total ?? 0,
    first: rows.map((row) => ({ taskId: toText(row.id), oddity: row.oddity })),
  };
}

/** A text as it can be shown: what is no text in the words that SQLite has for it. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : String(value);
}

/** The same of what may be missing. */
export function toTextOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : toText(value);
}

/** A whole number of at least `min`; null for anything else. */
export function toWhole(value: unknown, min = 0): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= min ? value : null;
}

/** Milliseconds of the format's seconds; null for what is no time up to the year 9999. */
export function toMs(seconds: unknown): number | null {
  return typeof seconds === "number" && Math.abs(seconds) <= secondsMax ? seconds * 1000 : null;
}

/** The last millisecond that a clock can show. */
export const msMax = 8_640_000_000_000_000;

/** A due time. What is none is held by every query for ever, so it counts as the last time that there is. */
export function toDueMs(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  return typeof value === "number" ? Math.min(Math.max(value, -msMax), msMax) : msMax;
}
