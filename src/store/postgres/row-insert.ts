import type { InsertPlace, Value } from "../sql/connection.ts";
import { tables } from "./schema.ts";

/** One statement that inserts many rows, given to it as one value; `last` is the highest number that they bring with them. */
export function insertOf({ table, columns }: InsertPlace, rows: readonly (readonly Value[])[]) {
  const known = tables.get(table);
  const types = columns.map((name) => `${name} ${known?.columns.find((one) => one.name === name)?.type}`);
  const objects = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])));
  const names = columns.join(", ");
  const at = columns.indexOf("id");
  return {
    text: `INSERT INTO ${table} (${names}) SELECT ${names} FROM json_to_recordset($1::text::json) AS r(${types.join(", ")})`,
    values: [toJson(objects)],
    last: known?.isNumbered && at !== -1 ? Math.max(...rows.map((row) => Number(row[at]))) : null,
  };
}

/** As PostgreSQL reads it: a number that no double holds goes as a text. */
export function toJson(rows: unknown): string {
  return JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? String(value) : value));
}
