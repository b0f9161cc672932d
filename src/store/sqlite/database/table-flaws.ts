import type { Database } from "bun:sqlite";
import type { TableFlaw } from "../../inspection.ts";
import { formatIndexes, formatTables } from "../../sql/schema/format-schema.ts";
import { ownIndexes, ownTables } from "../../sql/schema/schema.ts";
import { schemaVersion } from "../../sql/schema/schema-version.ts";
import { selectForeignTriggers } from "./frozen-mark.ts";
import { readRows } from "./read-rows.ts";

/**
 * What another program took from a board of this version, or put in its way. Whoever builds a table anew, as SQLite's own
 * manual has it, leaves out the columns and indexes that it doesn't know. Of a board of another version nothing: what it lacks
 * is added when it is next opened to be written.
 */
export function listTableFlaws(db: Database): TableFlaw[] {
  const parts = new Map(
    readRows<{ name: string; type: string }>(db, "SELECT lower(name) AS name, type FROM sqlite_schema").map(
      ({ name, type }) => [name, type],
    ),
  );
  if (parts.get("kanbun_meta") !== "table" || !isOfThisVersion(db)) return [];
  const tables = Object.entries({ ...formatTables, ...ownTables });
  const indexes = [...formatIndexes, ...ownIndexes].map(nameOfIndex).filter((name) => !parts.has(name));
  return [
    ...tables.flatMap(([name, columns]) => listFlawsOf(db, { name, columns, type: parts.get(name) })),
    ...indexes.map((name) => ({
      detail: `the index ${name} is missing`,
      add: name,
      keepsFrom: "nothing" as const,
    })),
    ...listTriggers(
      db,
      tables.map(([name]) => name),
    ),
  ];
}

function isOfThisVersion(db: Database): boolean {
  const [found] = readRows<{ value: unknown }>(
    db,
    "SELECT value FROM kanbun_meta WHERE key = 'schema_version'",
  );
  return found?.value === schemaVersion;
}

function listFlawsOf(
  db: Database,
  { name, columns, type }: { name: string; columns: readonly string[]; type: string | undefined },
): TableFlaw[] {
  if (type === undefined)
    return [{ detail: `the table ${name} is missing`, add: name, keepsFrom: "reading" }];
  if (type !== "table")
    return [{ detail: `${name} is a ${type}, not a table`, add: null, keepsFrom: "reading" }];
  const known = new Map(columns.map((column) => [column.split(" ", 1)[0] ?? "", column]));
  const found = readRows<{ name: string; isRequired: number }>(
    db,
    `SELECT lower(name) AS name, "notnull" = 1 AND dflt_value IS NULL AND pk = 0 AS isRequired FROM pragma_table_info('${name}')`,
  );
  const missing = [...known].filter(
    ([column]) => column !== "PRIMARY" && !found.some((one) => one.name === column),
  );
  return [
    ...missing.map(([column, words]) => ({
      detail: `the column ${name}.${column} is missing`,
      // No row can get what must have a value of its own.
      add: /NOT NULL(?!.*DEFAULT)|PRIMARY KEY/.test(words) ? null : `${name}.${column}`,
      keepsFrom: "reading" as const,
    })),
    ...found
      .filter((one) => one.isRequired === 1 && !known.has(one.name))
      .map((one) => ({
        detail: `the column ${name}.${one.name} is another program's and has no default, so no row can be added`,
        add: null,
        keepsFrom: "writing" as const,
      })),
  ];
}

function listTriggers(db: Database, tables: readonly string[]): TableFlaw[] {
  return readRows<{ name: string; table: string }>(db, selectForeignTriggers)
    .filter(({ table }) => tables.includes(table))
    .map(({ name, table }) => ({
      detail: `the trigger ${name} on ${table} is another program's: it can change or refuse what is written`,
      add: null,
      keepsFrom: "nothing" as const,
    }));
}

function nameOfIndex(words: string): string {
  return /(\S+) ON /.exec(words)?.[1] ?? "";
}
