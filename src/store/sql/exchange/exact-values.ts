import type { Value } from "../connection.ts";

/** A text that is no UTF-8: SQLite keeps it, and no string can. */
export class TextBytes extends Uint8Array {}

/** What to give a database for a value of a file; null: it is none. */
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
