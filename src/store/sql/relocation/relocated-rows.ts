import { BoardError } from "../../../board/error.ts";
import type { RelocatedPage } from "../../relocation.ts";
import type { Connection, Value } from "../connection.ts";
import { formatTables } from "../schema/format-schema.ts";
import { ownTables } from "../schema/schema.ts";
import type { Steps } from "../steps.ts";

/** What a board has: all that is not about its file, or about where it is. */
export const relocatedTables: readonly string[] = [
  ...Object.keys(formatTables),
  ...Object.keys(ownTables),
].filter((name) => name !== "kanbun_meta" && name !== "kanbun_relocations");

type Cell = string | number | null;

/** Before the first page. */
export const firstPage = Number.MIN_SAFE_INTEGER;

/** Without large texts, and in PostgreSQL without an index by the order in which they came. */
const small = new Set([
  "task_links",
  "kanban_notify_subs",
  "kanbun_tasks",
  "kanbun_returns",
  "kanbun_forced",
  "kanbun_repeated_tasks",
]);

const linesOf = (table: string): readonly string[] => formatTables[table] ?? ownTables[table] ?? [];

export function columnsOf(table: string): string[] {
  return linesOf(table)
    .filter((line) => !line.startsWith("PRIMARY KEY"))
    .map((line) => line.split(" ", 1)[0] ?? "");
}

/** Tables whose rows are given numbers that are never given again. */
export const numberedTables = relocatedTables.filter((name) =>
  linesOf(name).some((line) => line.includes("AUTOINCREMENT")),
);

/** Some rows of a table that come after `after`, a number that no one else has to understand. */
export function* readPage(db: Connection, table: string, after: number): Steps<RelocatedPage> {
  if (!relocatedTables.includes(table)) throw new TypeError(`not a table of a board: ${table}`);
  const columns = columnsOf(table);
  const max = small.has(table) ? 20_000 : 1_000;
  const found = yield* db.all<Record<string, Value> & { rowid: number }>(
    `SELECT x.rowid AS rowid, ${columns.map((column) => `x.${column}`).join(", ")} FROM ${table} x
     WHERE x.rowid > :after ORDER BY x.rowid LIMIT :max`,
    { after, max },
  );
  const last = found.at(-1)?.rowid ?? after;
  const rows = found.map((row) =>
    columns.map((column) => requireKept(db, row[column] ?? null, { table, column, rowid: row.rowid })),
  );
  return { columns, rows, next: found.length < max ? null : last };
}

/** What another program can have put into a file: a server has no place for it. */
function requireKept(
  db: Connection,
  value: Value,
  at: { readonly table: string; readonly column: string; readonly rowid: number },
): Cell {
  if (value === null) return null;
  const exact = db.toExact(value, at);
  const type = linesOf(at.table)
    .find((line) => line.startsWith(`${at.column} `))
    ?.split(" ")[1];
  const isKept =
    type === "TEXT"
      ? typeof exact === "string" && !exact.includes("\0")
      : type === "REAL"
        ? typeof exact === "number"
        : Number.isInteger(exact);
  if (isKept) return exact as Cell;
  throw new BoardError(
    "conflict",
    `the ${at.column} of row ${at.rowid} of ${at.table} is no ${type === "TEXT" ? "text" : "number"} that every store can keep`,
    {
      hint: "`kanbun export > tasks.jsonl` and `kanbun import tasks.jsonl` carry the tasks, and leave such rows out",
    },
  );
}

/** One word for all rows that went by, table by table. */
export class RowDigest {
  readonly #hash = new Bun.CryptoHasher("sha256");
  rows = 0;

  add(table: string, rows: readonly (readonly Value[])[]): void {
    for (const row of rows) this.#hash.update(`${table} ${JSON.stringify(row)}\n`);
    this.rows += rows.length;
  }

  toString(): string {
    return this.#hash.copy().digest("hex");
  }
}
