import type { RowValue } from "../../exchange.ts";
import type { Connection, Value } from "../database/connection.ts";

/** A value as the driver gives it. */
export type DriverValue = string | number | Uint8Array | null;

/** Whether the driver may have given another value than SQLite holds, or one that JSON has no word for. */
export function isExact(value: DriverValue): boolean {
  if (typeof value === "string") return !value.includes("\uFFFD");
  return value === null || (typeof value === "number" && Number.isFinite(value) && !isLarge(value));
}

function isLarge(value: number): boolean {
  return Number.isInteger(value) && !Number.isSafeInteger(value);
}

/** The very value of a column, byte for byte. */
export function readExact(
  db: Connection,
  { table, column, rowid }: { table: string; column: string; rowid: number },
): RowValue {
  const row = db.get<{ type: string; hex: string; text: string }>(
    `SELECT typeof(${column}) AS type, hex(CAST(${column} AS BLOB)) AS hex, CAST(${column} AS TEXT) AS text
     FROM ${table} WHERE rowid = :rowid`,
    { rowid },
  );
  const { type = "text", hex = "", text = "" } = row ?? {};
  if (type === "integer") return { integer: text };
  if (type === "real") return { real: text };
  if (type === "blob") return { blob: hex };
  // A text in which the mark of what can't be read is what was written.
  return Buffer.from(text, "utf8").toString("hex").toUpperCase() === hex ? text : { text: hex };
}

/** A text that is no UTF-8: SQLite keeps it, and no string can. */
export class TextBytes extends Uint8Array {}

/** What to give SQLite for a value of a file; null: it is none. */
export function toDriverValue(value: unknown): Value {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null || Object.keys(value).length !== 1) return null;
  const { blob, text, integer, real } = value as Readonly<Record<string, unknown>>;
  if (typeof blob === "string") return fromHex(blob);
  if (typeof text === "string") return fromHex(text, TextBytes);
  if (typeof integer === "string" && /^-?\d{1,19}$/.test(integer)) return BigInt.asIntN(64, BigInt(integer));
  if (real === "Inf" || real === "-Inf")
    return real === "Inf" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  return typeof real === "string" && Number.isFinite(Number(real)) ? Number(real) : null;
}

function fromHex(hex: string, Bytes = Uint8Array): Uint8Array | null {
  return /^(?:[0-9A-F]{2})*$/.test(hex) ? new Bytes(Buffer.from(hex, "hex")) : null;
}
