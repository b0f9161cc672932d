/** What a worker and its resident say to one another: one JSON document a line, in which maps, bytes and the like keep what they are. */

/** Of this form of it: who does not know it says so. */
export const wireVersion = 1;

export const helloBytesMax = 4 * 1024;
export const callBytesMax = 16 * 1024 * 1024;
export const answerBytesMax = 64 * 1024 * 1024;

/** @throws {TypeError} for what can't be said in it, as a function */
export function encode(value: unknown): string {
  return `${JSON.stringify(toPlain(value))}\n`;
}

/** @throws {SyntaxError} for what is no document of it */
export function decode(text: string): unknown {
  return fromPlain(JSON.parse(text));
}

/** An object with one key of these is what stands behind it; `$obj` is an object of whoever has such a key of their own. */
function toPlain(value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return { $int: String(value) };
    case "number":
      return Number.isFinite(value) ? value : { $num: String(value) };
    case "function":
    case "symbol":
      throw new TypeError(`a ${typeof value} can't be said to another process`);
    case "object":
      return value === null ? null : toPlainObject(value);
    default:
      return value;
  }
}

function toPlainObject(value: object): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Map) return { $map: [...value].map((entry) => entry.map(toPlain)) };
  if (value instanceof Set) return { $set: [...value].map(toPlain) };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  const entries = Object.entries(value).map(([key, one]) => [key, toPlain(one)] as const);
  return entries.some(([key]) => key.startsWith("$")) ? { $obj: entries } : Object.fromEntries(entries);
}

function fromPlain(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromPlain);
  const entries = Object.entries(value);
  const [key, inner] = entries.length === 1 ? (entries[0] ?? []) : [];
  switch (key) {
    case "$int":
      return BigInt(String(inner));
    case "$num":
      return Number(inner);
    case "$map":
      return new Map((fromPlain(inner) as [unknown, unknown][]) ?? []);
    case "$set":
      return new Set(fromPlain(inner) as unknown[]);
    case "$bytes":
      return Uint8Array.from(Buffer.from(String(inner), "base64"));
    case "$obj":
      return Object.fromEntries(fromPlain(inner) as [string, unknown][]);
    default:
      return Object.fromEntries(entries.map(([name, one]) => [name, fromPlain(one)]));
  }
}
