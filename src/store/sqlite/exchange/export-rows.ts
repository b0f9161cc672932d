import type { BoardRow, ExportedRows, ExportOptions, RowValue } from "../../exchange.ts";
import type { Connection } from "../database/connection.ts";
import { formatTables } from "../database/format-schema.ts";
import { ownTables } from "../database/schema.ts";
import { taskConditions } from "../tasks/task-lists.ts";
import { type CarriedTable, carriedTables } from "./carried-tables.ts";
import { type DriverValue, isExact, readExact } from "./exact-values.ts";

/** Hands on every row of the chosen tasks, one at a time: what it takes does not grow with the board. */
export function exportRows(db: Connection, options: ExportOptions): ExportedRows {
  const isChosen = choose(db, options);
  const secrets = listOpenLocks(db);
  let rows = 0;
  let tasks = 0;
  for (const table of carriedTables) {
    const before = rows;
    for (const row of readTable(db, table, { isChosen, secrets })) {
      options.onRow(row);
      rows += 1;
    }
    if (table.name === "tasks") tasks = rows - before;
  }
  return {
    tasks,
    rows,
    linksLeftOut: isChosen ? countCutLinks(db) : 0,
    tablesLeftOut: listUnknownTables(db),
  };
}

/** Writes the ids of the chosen tasks into a list of this connection's own; false: all of them are. */
function choose(db: Connection, { filter = {}, ids }: ExportOptions): boolean {
  const { where, parameters } = taskConditions(filter);
  if (where === "" && ids === undefined) return false;
  const ofIds = ids === undefined ? "" : "AND t.id IN (SELECT value FROM json_each(:ids))";
  db.run("CREATE TEMP TABLE IF NOT EXISTS chosen_tasks (id TEXT PRIMARY KEY)");
  db.run("DELETE FROM temp.chosen_tasks");
  db.run(`INSERT INTO temp.chosen_tasks SELECT t.id FROM tasks t ${where || "WHERE true"} ${ofIds}`, {
    ...parameters,
    ...(ids === undefined ? {} : { ids: JSON.stringify(ids) }),
  });
  return true;
}

/** Of claims that hold: with what is in them one may write as their worker, and history names them. */
function listOpenLocks(db: Connection): string[] {
  const locks = db.all<{ claim_lock: unknown }>("SELECT claim_lock FROM tasks WHERE claim_lock IS NOT NULL");
  return locks.map((row) => String(row.claim_lock)).filter((lock) => lock.includes(":"));
}

function* readTable(
  db: Connection,
  table: CarriedTable,
  { isChosen, secrets }: { readonly isChosen: boolean; readonly secrets: readonly string[] },
): Generator<BoardRow> {
  const columns = listColumns(db, table);
  // What belongs to a task that is gone goes nowhere. With a plus, so that the rows are read in their order, each once: by an
  // index SQLite would try every parent with every child.
  const from = isChosen ? "temp.chosen_tasks" : "tasks";
  const those = isChosen || table.name !== "tasks" ? table.tasks : [];
  const conditions = those.map((column) => `+x.${column} IN (SELECT id FROM ${from})`);
  const rows = db.each<Record<string, DriverValue> & { readonly rowid: number }>(
    `SELECT x.rowid AS rowid, ${columns.map((column) => `x.${column}`).join(", ")} FROM ${table.name} x
     WHERE ${["true", ...conditions].join(" AND ")} ORDER BY x.rowid`,
  );
  for (const row of rows) {
    const values: Record<string, RowValue> = {};
    for (const column of columns) {
      const value = row[column] ?? null;
      if (value === null) continue;
      values[column] = isExact(value)
        ? (value as string | number)
        : readExact(db, { table: table.name, column, rowid: row.rowid });
    }
    if (typeof values.payload === "string" && values.payload.includes('"lock"'))
      for (const lock of secrets)
        values.payload = values.payload.replaceAll(lock, lock.slice(0, lock.indexOf(":")));
    // Where a scratch folder is, is this board's own affair: elsewhere another one is made.
    if (table.name === "tasks" && row.workspace_kind === "scratch") delete values.workspace_path;
    yield { table: table.name, values };
  }
}

/** The known ones first, in the order of the format, so that the same rows are the same lines from every board. */
function listColumns(db: Connection, { name, bound = [] }: CarriedTable): string[] {
  const present = db
    .all<{ name: string }>(`SELECT name FROM pragma_table_info('${name}')`)
    .map((one) => one.name);
  const known = (formatTables[name] ?? ownTables[name] ?? []).map((column) => column.split(" ", 1)[0] ?? "");
  const others = present.filter((column) => !known.includes(column)).sort();
  const all = [...known.filter((column) => present.includes(column)), ...others];
  // What another program calls a column is no word of ours to put into a statement.
  return all.filter(
    (column) => /^[a-z_][a-z0-9_]*$/i.test(column) && column !== "rowid" && !bound.includes(column),
  );
}

function countCutLinks(db: Connection): number {
  const inside = (column: string) => `(${column} IN (SELECT id FROM temp.chosen_tasks))`;
  const sql = `SELECT count(*) AS n FROM task_links WHERE ${inside("child_id")} <> ${inside("parent_id")}`;
  return db.get<{ n: number }>(sql)?.n ?? 0;
}

function listUnknownTables(db: Connection): string[] {
  const known = [...Object.keys(formatTables), ...Object.keys(ownTables)];
  return db
    .all<{ name: string }>(
      "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )
    .map((table) => table.name)
    .filter((name) => !known.includes(name) && !name.startsWith("kanbun_") && hasRows(db, name));
}

function hasRows(db: Connection, table: string): boolean {
  return db.get(`SELECT 1 FROM main."${table.replaceAll('"', '""')}" LIMIT 1`) !== null;
}
