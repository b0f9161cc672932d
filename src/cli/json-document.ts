/** Keys below which everything belongs to users, or is named by them: it passes as it is. */
const VERBATIM = new Set(["metadata", "payload", "by_profile"]);
// Harmless in JSON, not on a terminal: C1 controls, and what turns the direction of text.
const HOSTILE = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;

/** The one document of a command that succeeded. */
export function successDocument(data: unknown): string {
  return stringify({ v: 1, ok: true, data: toJson(data) });
}

/** The one document of a command that failed. */
export function errorDocument(error: { kind: string; message: string; hint: string | null }): string {
  const { kind, message, hint } = error;
  return stringify({ v: 1, ok: false, error: { kind, message, hint } });
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

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function stringify(document: unknown): string {
  return JSON.stringify(document).replace(
    HOSTILE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
