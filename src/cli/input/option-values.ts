import { parseDurationMs } from "../../system/text/duration.ts";

/** What commander takes for a value that cannot be used, told by its code: loading commander takes long. */
export class InvalidValue extends Error {
  readonly code = "commander.invalidArgument";
  readonly exitCode = 1;
}

/** One of these words. */
export function oneOf(words: readonly string[]): (text: string) => string {
  return (text) => {
    if (words.includes(text)) return text;
    throw new InvalidValue(`Allowed choices are ${words.join(", ")}.`);
  };
}

/** A whole number of at least `min` and at most `max`, for an option's parser. */
export function wholeNumber(min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : null;
    if (value !== null && value >= min && value <= max) return value;
    throw new InvalidValue(`It must be a whole number${rangeInText(min, max)}.`);
  };
}

function rangeInText(min: number, max: number): string {
  if (max !== Number.MAX_SAFE_INTEGER) return ` from ${min} to ${max}`;
  return min === Number.MIN_SAFE_INTEGER ? "" : ` of at least ${min}`;
}

/** Milliseconds of a duration such as 90s or 1h30m. */
export function duration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms !== null && ms > 0) return ms;
  const bare = /^\d+$/.test(text) ? `${text}s or ${text}m` : "90s, 15m or 1h30m";
  throw new InvalidValue(`It must be a duration such as ${bare}.`);
}

/** The same, or none at all: 0s. */
export function durationOrNone(text: string): number {
  return /^0+(ms|s|m|h|d)?$/.test(text) ? 0 : duration(text);
}

/** A JSON object, as it will be kept. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // Told below, in the same words as for a number or an array.
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new InvalidValue(`It must be a JSON object such as '{"files": 3}'.`);
}

/** Every value of an option that may be given several times, in order. */
export function collect(text: string, before: readonly string[] | boolean | undefined): readonly string[] {
  return [...(Array.isArray(before) ? before : []), text];
}

/** An empty text takes a value away; any other goes to `parse`. */
export function orNothing<Value>(parse: (text: string) => Value): (text: string) => Value | null {
  return (text) => (text === "" ? null : parse(text));
}
