import { replaceHostile } from "../system/text/hostile-text.ts";

/** Keys below which everything belongs to users, or is named by them: it passes as it is. */
const VERBATIM = new Set(["metadata", "payload", "by_profile"]);

/** The one document of what succeeded: an answer of any face. */
export function successDocument(data: unknown): string {
  return stringify({ v: 1, ok: true, data: toJson(data) });
}

/** The one document of what failed. */
export function errorDocument(error: { kind: string; message: string; hint: string | null }): string {
  const { kind, message, hint } = error;
  return stringify({ v: 1, ok: false, error: { kind, message, hint } });
}

/** A value as our documents have it, on one line: names in snake_case, nothing in it that does something to a terminal. */
export function jsonLine(value: unknown): string {
  return stringify(toJson(value));
}

/** The code's names become snake_case, maps and sets what JSON has for them. */
function toJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Map) return Object.fromEntries(value);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]) => {
    const key = toSnakeCase(name);
    return [key, VERBATIM.has(key) && !(inner instanceof Map) ? inner : toJson(inner)] as const;
  });
  return Object.fromEntries(entries);
}

const snakeNames = new Map<string, string>();
/** Some keys are ids: they are not kept without end. */
const namesMax = 1_000;

/** The same names come again for each entry of a list: they are made once. */
function toSnakeCase(name: string): string {
  const known = snakeNames.get(name);
  if (known !== undefined) return known;
  const made = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (snakeNames.size < namesMax) snakeNames.set(name, made);
  return made;
}

/** What is harmless in JSON may not be on a terminal: it is escaped as JSON has it, in its UTF-16 units. */
function stringify(document: unknown): string {
  return replaceHostile(JSON.stringify(document), (character) =>
    Array.from(
      { length: character.length },
      (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
