import { printable } from "../text/printable.ts";

/** Whether a parsed value is a table (TOML) or an object (JSON): no array, no date. */
export function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A parsed value for a message: itself, if short, and its type. `"claude -p" (a string)`, `3 (an integer)`. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return `${printable(JSON.stringify(value.slice(0, 100)))} (a string)`;
  if (typeof value === "number") return `${value} (${Number.isInteger(value) ? "an integer" : "a float"})`;
  if (typeof value === "boolean") return `${value} (a boolean)`;
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty array" : "an array";
  return isTable(value) ? "a table" : `${printable(String(value))} (a date or time)`;
}

/** A path of keys as it would stand in a TOML file, long ones cut: `profiles."a b".command`. */
export function formatKeyPath(path: readonly string[]): string {
  return path.map((key) => printable(/^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key))).join(".");
}
