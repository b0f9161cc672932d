import type { Parameters, Value } from "../sql/connection.ts";
import { cutPayload } from "../sql/rows/cut-columns.ts";
import { isOdd, type OddWords, oddity, oddityIn, shownMax } from "../sql/rows/odd-values.ts";
import { hasNoRun, isForeign, liveRuns } from "../sql/runs/live-runs.ts";
import { localDay } from "../sql/runs/usages.ts";
import { hasNoOpenParent } from "../sql/tasks/open-parents.ts";
import { hasLiveRun } from "../sql/ticks/candidates.ts";

/** A column has the type that it is declared with: of what can be odd in SQLite only the values are left. */
export const oddWords: OddWords = {
  text: (column) => `${column} IS NOT NULL`,
  longText: (column) => `${column} IS NOT NULL`,
  isFileName: (column) => `${column} NOT IN ('', '.', '..') AND ${column} !~ '[/\\\\]'`,
  oneOf: (column, values) => `${column} IN (${values.map((value) => `'${value}'`).join(", ")})`,
  list: (column) => `(left(${column}, 1) = '[' AND right(${column}, 1) = ']')`,
  shown: (column) => `quote_literal(left(CAST(${column} AS TEXT), ${shownMax}))`,
  no: "false",
};

/** Whole expressions that each database says in its own way, the longest first. */
const expressions: readonly (readonly [string, string])[] = [
  [oddity, oddityIn(oddWords)],
  ...["t.", "o.", ""].map((table) => [isOdd(table), isOdd(table, oddWords)] as const),
  // No other program is here, and a board comes only while no one is at work on it.
  [isForeign, "false"],
  [liveRuns, "live_runs"],
  [cutPayload, "cut_payload(payload, :charsMax) AS payload"],
  // With OFFSET it is asked task by task: else all links of the board are read to answer it for all of them, or each task is
  // compared with each run, when there were few as the plan was made.
  ...[hasNoOpenParent, hasNoRun, hasLiveRun].map(
    (said) => [said, said.replace(/\)$/, " OFFSET 0)")] as const,
  ),
  // In the time zone of the session, which is that of whoever asks.
  [localDay, "to_char(to_timestamp(ended_at_ms / 1000), 'YYYY-MM-DD')"],
];

/**
 * What SQLite says otherwise. What is left of its words (`max` of two, `json_extract`, `instr`, …) are functions of the schema.
 * @see schema-functions.ts
 */
const words: readonly (readonly [RegExp, string])[] = [
  // As an array, whose values the planner sees, an index is asked for each of them. Lists of ids that are numbers are called so.
  [/\bNOT IN \(SELECT value FROM json_each\(:(\w+)\)\)/g, "<> ALL(:texts__$1)"],
  [/\bIN \(SELECT value FROM json_each\(:(\w*[rR]unIds)\)\)/g, "= ANY(:numbers__$1)"],
  [/\bIN \(SELECT value FROM json_each\(:(\w+)\)\)/g, "= ANY(:texts__$1)"],
  [/json_each\(:(\w*[rR]unIds)\) (?!CROSS)(\w+)/g, "unnest(:numbers__$1) AS $2(value)"],
  [/json_each\(:(\w+)\) (?!CROSS)(\w+)/g, "unnest(:texts__$1) AS $2(value)"],
  [/json_each\((:\w*[rR]unIds)\)/g, "numbers($1)"],
  [/json_each\((:\w+)\)/g, "texts($1)"],
  // Its own words for these two SQLite has only lately, and macOS brings an older one.
  [/\bgroup_concat\(/g, "string_agg("],
  [/\blength\(CAST\((\w+\.\w+) AS BLOB\)\)/g, "octet_length($1)"],
  // It tells SQLite's planner the order; here the planner knows better.
  [/\bCROSS JOIN\b/g, "JOIN"],
  // In front of a column it keeps SQLite from an index.
  [/(?<=[\s(])\+(?=[a-z])/g, ""],
  // Without regard to the case of ASCII letters, as all texts are in the collation "C".
  [/\bLIKE\b/g, "ILIKE"],
  [/(\w+\.\w+) COLLATE NOCASE/g, "lower($1)"],
  [/\bchar\(10\)/g, "chr(10)"],
  [/\bGLOB '\*\[\^0-9A-Za-z_-\]\*'/g, "~ '[^0-9A-Za-z_-]'"],
  // Keys are those of one board.
  [/\bON CONFLICT \(/g, "ON CONFLICT (board, "],
];

const translated = new Map<string, string>();

/** A statement of the moves in PostgreSQL's words; its parameters are still named. */
export function translate(sql: string): string {
  let text = translated.get(sql);
  if (text === undefined) {
    text = expressions.reduce((before, [said, meant]) => before.replaceAll(said, () => meant), sql);
    for (const [said, meant] of words) text = text.replaceAll(said, meant);
    translated.set(sql, text);
  }
  return text;
}

export interface BoundStatement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Puts numbers in the place of names. Each parameter says its type: what the server would guess depends on where it stands. */
export function bind(text: string, parameters: Parameters): BoundStatement {
  const values: unknown[] = [];
  const places = new Map<string, string>();
  const bound = text.replaceAll(/(?<![:\w'"]):([A-Za-z]\w*)/g, (_, name: string) => {
    let place = places.get(name);
    if (place === undefined) {
      const [, kind, list] = /^(texts|numbers)__(\w+)$/.exec(name) ?? [];
      const value = list === undefined ? parameters[name] : toArray(parameters[list]);
      if (value === undefined) throw new Error(`the statement has no value for :${name}`);
      place = value === null ? "NULL" : typed(`$${values.length + 1}`, value, kind);
      if (value !== null) values.push(typeof value === "boolean" ? Number(value) : value);
      places.set(name, place);
    }
    return place;
  });
  return { text: bound, values };
}

function typed(place: string, value: Exclude<Value, null>, kind: string | undefined): string {
  if (kind !== undefined) return `${place}::${kind === "texts" ? "text" : "bigint"}[]`;
  if (typeof value === "string") return `${place}::text COLLATE "C"`;
  if (typeof value === "number" && !Number.isInteger(value)) return `${place}::double precision`;
  return value instanceof Uint8Array ? `${place}::bytea` : `${place}::bigint`;
}

/** A list that moves give as JSON, as PostgreSQL writes arrays. */
function toArray(json: Value | undefined): string | undefined {
  if (typeof json !== "string") return undefined;
  const items = (JSON.parse(json) as readonly (string | number | null)[]).map((item) =>
    item === null ? "NULL" : `"${String(item).replaceAll(/["\\]/g, "\\$&")}"`,
  );
  return `{${items.join(",")}}`;
}
