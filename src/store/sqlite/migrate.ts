import type { Connection } from "./connection.ts";
import { formatIndexes, formatTables, ownIndexes, ownTables } from "./schema.ts";
import { schemaVersion } from "./schema-version.ts";

/** Brings a board up to this version inside the caller's transaction. Only ever adds. */
export function migrate(connection: Connection): void {
  for (const [table, columns] of Object.entries(formatTables)) {
    connection.run(`CREATE TABLE IF NOT EXISTS ${table} (${columns.join(", ")})`);
    addMissingColumns(connection, table, columns);
  }
  for (const index of formatIndexes) connection.run(`CREATE INDEX IF NOT EXISTS ${index}`);
  for (const [table, columns] of Object.entries(ownTables))
    connection.run(`CREATE TABLE IF NOT EXISTS ${table} (${columns})`);
  for (const index of ownIndexes) connection.run(`CREATE ${index}`);
  connection.run(
    "INSERT OR REPLACE INTO kanbun_meta (key, value) VALUES ('schema_version', :schemaVersion)",
    {
      schemaVersion,
    },
  );
}

/** A board of an older make may lack columns that came later; all of those may be null or have a default. */
function addMissingColumns(connection: Connection, table: string, columns: readonly string[]): void {
  const present = new Set(
    connection
      .all<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
      .map((column) => column.name),
  );
  for (const column of columns) {
    const name = column.split(" ", 1)[0] ?? "";
    if (name !== "PRIMARY" && !present.has(name)) connection.run(`ALTER TABLE ${table} ADD COLUMN ${column}`);
  }
}

/**
 * Lets a reader use one set of queries on any board: tables of ours that the board does not have yet are stood
 * in for by empty temporary ones, which live outside the file.
 */
export function standInForMissingTables(connection: Connection): void {
  const present = new Set(
    connection
      .all<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .map((table) => table.name),
  );
  for (const [table, columns] of Object.entries(ownTables))
    if (!present.has(table)) connection.run(`CREATE TEMP TABLE ${table} (${columns})`);
  for (const [table, columns] of Object.entries(formatTables))
    if (!present.has(table)) connection.run(`CREATE TEMP TABLE ${table} (${columns.join(", ")})`);
}
