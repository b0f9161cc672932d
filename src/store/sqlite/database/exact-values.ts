import type { RowValue } from "../../exchange.ts";
import type { Connection, Value } from "./connection.ts";

/** Whether the driver may have given another value than SQLite holds, or one that JSON has no word for. */
function isExact(value: Value): value is string | number {
  if (typeof value === "string") return !value.includes("\uFFFD");
  return typeof value === "number" && Number.isFinite(value) && !isLarge(value);
}

function isLarge(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** The very value of a column, byte for byte. @param value as the driver gives it */
export function readExact(
  db: Connection,
  value: Value,
  { table, column, rowid }: { table: string; column: string; rowid: number },
): RowValue {
  if (isExact(value)) return value;
  const row = db.get<{ type: string; hex: string; text: string }>(
    `SELECT typeof(${column}) AS type, hex(CAST(${column} AS BLOB)) AS hex, CAST(${column} AS TEXT) AS text
     FROM ${table} WHERE rowid = :rowid`,
    { rowid },
  );
  const { type = "text", hex = "", text = "" } = row ?? {};
  if (type === "integer") return { integer: text };
  if (type === "real") return { real: text };
  if (type === "blob") return { blob: hex };
  // Or the text really contains the replacement character.
  return Buffer.from(text, "utf8").toString("hex").toUpperCase() === hex ? text : { text: hex };
}
