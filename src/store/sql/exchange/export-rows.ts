import type { BoardRow, ExportedRows, ExportOptions, RowValue } from "../../exchange.ts";
import type { Connection, Value } from "../connection.ts";
import { formatTables } from "../schema/format-schema.ts";
import { ownTables } from "../schema/schema.ts";
import type { Steps } from "../steps.ts";
import { taskConditions } from "../tasks/task-lists.ts";
import { type CarriedTable, carriedTables } from "./carried-tables.ts";
import { listOddLinks, listOddTasks, type OddRow, whyUnusable } from "./odd-rows.ts";

type ReadRow = Readonly<Record<string, Value>> & { readonly rowid: number };

/** Hands on every row of the chosen tasks, one at a time: what it takes does not grow with the board. */
export function* exportRows(db: Connection, options: ExportOptions): Steps<ExportedRows> {
  const { filter = {}, ids } = options;
  const { where, parameters } = taskConditions(filter);
  const oddTasks = yield* listOddTasks(db);
  if (where === "" && ids === undefined && oddTasks.length === 0)
    return yield* hand(db, options, { isChosen: false, oddTasks });
  const sound =
    oddTasks.length === 0 ? "" : `AND t.rowid NOT IN (${oddTasks.map(({ row }) => row).join(", ")})`;
  const ofIds = ids === undefined ? "" : "AND t.id IN (SELECT value FROM json_each(:ids))";
  return yield* db.withChosen(
    `SELECT t.id FROM tasks t ${where || "WHERE true"} ${ofIds} ${sound}`,
    { ...parameters, ...(ids === undefined ? {} : { ids: JSON.stringify(ids) }) },
    () => hand(db, options, { isChosen: true, oddTasks }),
  );
}

/** @param how.isChosen only those in `temp.chosen_tasks` */
function* hand(
  db: Connection,
  { onRow }: ExportOptions,
  { isChosen, oddTasks }: { readonly isChosen: boolean; readonly oddTasks: readonly OddRow[] },
): Steps<ExportedRows> {
  const secrets = yield* listOpenLocks(db);
  const oddLinks = new Map((yield* listOddLinks(db)).map((link) => [link.row, link]));
  const oddRows = [...oddTasks];
  let rows = 0;
  let tasks = 0;
  for (const table of carriedTables) {
    const before = rows;
    yield* readTable(db, table, {
      isChosen,
      secrets,
      isOdd: (row) => {
        const reason = whyUnusable(table, row);
        const link = table.name === "task_links" ? oddLinks.get(row.rowid) : undefined;
        if (reason !== null) oddRows.push({ table: table.name, row: row.rowid, reason });
        else if (link !== undefined) oddRows.push(link);
        return reason !== null || link !== undefined;
      },
      onRow: (row) => {
        onRow(row);
        rows += 1;
      },
    });
    if (table.name === "tasks") tasks = rows - before;
  }
  return {
    tasks,
    rows,
    linksLeftOut: isChosen ? yield* countCutLinks(db) : 0,
    tablesLeftOut: yield* db.listUnknownTables(),
    oddRows,
  };
}

/** Of claims that hold: with what is in them one may write as their worker, and history names them. */
function* listOpenLocks(db: Connection): Steps<string[]> {
  const locks = yield* db.all<{ claim_lock: unknown }>(
    "SELECT claim_lock FROM tasks WHERE claim_lock IS NOT NULL",
  );
  return locks.map((row) => String(row.claim_lock)).filter((lock) => lock.includes(":"));
}

function* readTable(
  db: Connection,
  table: CarriedTable,
  {
    isChosen,
    secrets,
    isOdd,
    onRow,
  }: {
    readonly isChosen: boolean;
    readonly secrets: readonly string[];
    readonly isOdd: (row: ReadRow) => boolean;
    readonly onRow: (row: BoardRow) => void;
  },
): Steps<void> {
  const columns = yield* listColumns(db, table);
  // What belongs to a task that is gone goes nowhere. With a plus, so that the rows are read in their order, each once: by an
  // index SQLite would try every parent with every child.
  const from = isChosen ? "temp.chosen_tasks" : "tasks";
  const those = isChosen || table.name !== "tasks" ? table.tasks : [];
  const conditions = those.map((column) => `+x.${column} IN (SELECT id FROM ${from})`);
  const selected = ["rowid AS rowid", ...columns].map((column) => `x.${column}`).join(", ");
  const sql = `SELECT ${selected} FROM ${table.name} x
    WHERE ${["true", ...conditions].join(" AND ")} ORDER BY x.rowid`;
  yield* db.scan<ReadRow>(sql, (row) => {
    if (isOdd(row)) return;
    const values: Record<string, RowValue> = {};
    for (const column of columns) {
      const value = row[column] ?? null;
      if (value !== null && !(column === "kanbun_asks" && value === ""))
        values[column] = db.toExact(value, { table: table.name, column, rowid: row.rowid });
    }
    if (typeof values.payload === "string" && values.payload.includes('"lock"'))
      for (const lock of secrets)
        values.payload = values.payload.replaceAll(lock, lock.slice(0, lock.indexOf(":")));
    // Where a scratch folder is, is this board's own affair: elsewhere another one is made.
    if (table.name === "tasks" && row.workspace_kind === "scratch") delete values.workspace_path;
    onRow({ table: table.name, values });
  });
}

/** The known ones first, in the order of the format, so that the same rows are the same lines from every board. */
function* listColumns(db: Connection, { name, bound = [] }: CarriedTable): Steps<string[]> {
  const present = (yield* db.listColumns(name)).map((column) => column.name);
  const known = (formatTables[name] ?? ownTables[name] ?? []).map((column) => column.split(" ", 1)[0] ?? "");
  const others = present.filter((column) => !known.includes(column)).sort();
  const all = [...known.filter((column) => present.includes(column)), ...others];
  // What another program calls a column is no word of ours to put into a statement.
  return all.filter(
    (column) => /^[a-z_][a-z0-9_]*$/i.test(column) && column !== "rowid" && !bound.includes(column),
  );
}

function* countCutLinks(db: Connection): Steps<number> {
  const inside = (column: string) => `(${column} IN (SELECT id FROM temp.chosen_tasks))`;
  const sql = `SELECT count(*) AS n FROM task_links WHERE ${inside("child_id")} <> ${inside("parent_id")}`;
  return (yield* db.get<{ n: number }>(sql))?.n ?? 0;
}
