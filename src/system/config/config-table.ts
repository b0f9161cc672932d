import { isAbsolute } from "node:path";
import { parseDurationMs } from "../text/duration.ts";
import { nearestName } from "../text/nearest-name.ts";
import { parseSizeBytes } from "../text/size.ts";
import type { ConfigProblem } from "./config-error.ts";
import type { ConfigLocation } from "./config-location.ts";
import { describeValue, formatKeyPath, isTable } from "./config-value.ts";

/** The file that a table stands in, and where its problems are gathered. */
export interface ConfigSource {
  readonly file: string;
  readonly location: () => ConfigLocation;
  readonly problems: ConfigProblem[];
}

interface IntegerRule {
  readonly min: number;
  /** What the number means, for the message. */
  readonly meaning: string;
}

/**
 * One table of the configuration, read key by key. Every getter gives null when the key is absent, and also when its
 * value cannot be used: then the problem is in `source.problems`, and reading goes on, so that all of them are told.
 */
export class ConfigTable {
  readonly #source: ConfigSource;
  readonly #path: readonly string[];
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #asked: string[] = [];

  constructor(source: ConfigSource, path: readonly string[], values: Readonly<Record<string, unknown>>) {
    this.#source = source;
    this.#path = path;
    this.#values = values;
  }

  /** The file that it stands in. */
  get file(): string {
    return this.#source.file;
  }

  boolean(key: string): boolean | null {
    const value = this.#get(key);
    if (value === undefined || typeof value === "boolean") return value ?? null;
    return this.refuse(key, "true or false", value);
  }

  integer(key: string, { min, meaning }: IntegerRule): number | null {
    const value = this.#get(key);
    if (value === undefined) return null;
    if (typeof value === "number" && Number.isSafeInteger(value) && value >= min) return value;
    return this.refuse(key, `an integer of at least ${min} (${meaning})`, value);
  }

  /** More than 0, in parts of a hundredth or finer. */
  dollars(key: string): number | null {
    const value = this.#get(key);
    if (value === undefined) return null;
    if (typeof value === "number" && Number.isFinite(value) && value > 0) return value;
    return this.refuse(key, "US dollars, more than 0, such as 2.5", value);
  }

  choice<const T extends string>(key: string, choices: readonly T[]): T | null {
    const value = this.#get(key);
    const choice = choices.find((candidate) => candidate === value);
    if (value === undefined || choice !== undefined) return choice ?? null;
    return this.refuse(key, choices.map((candidate) => `"${candidate}"`).join(" or "), value);
  }

  /** @param minMs the shortest that makes sense, at least 0 */
  durationMs(key: string, minMs = 0): number | null {
    const value = this.#get(key);
    return value === undefined ? null : this.#readDuration(key, value, minMs);
  }

  /** A number of bytes, or a text such as "256 MiB". @param min in bytes */
  sizeBytes(key: string, min: number): number | null {
    const value = this.#get(key);
    if (value === undefined) return null;
    const bytes = typeof value === "string" ? parseSizeBytes(value) : value;
    if (typeof bytes === "number" && Number.isSafeInteger(bytes) && bytes >= min) return bytes;
    return this.refuse(key, `a size of at least ${min} bytes, such as "256 MiB"`, value);
  }

  /** At least one. */
  durationsMs(key: string): readonly number[] | null {
    const values = this.#get(key);
    if (values === undefined) return null;
    if (!Array.isArray(values) || values.length === 0) {
      return this.refuse(key, 'an array of durations such as ["5m", "15m"]', values);
    }
    const durationsMs = values.map((value, i) => this.#readDuration(key, value, 0, i));
    return durationsMs.includes(null) ? null : durationsMs.filter((ms) => ms !== null);
  }

  strings(key: string): readonly string[] | null {
    const values = this.#get(key);
    if (values === undefined) return null;
    if (!Array.isArray(values)) return this.refuse(key, "an array of strings", values);
    const wrong = values.findIndex((value) => !isText(value));
    return wrong === -1 ? values : this.refuse(key, TEXT, values[wrong], wrong);
  }

  /** Not empty. */
  text(key: string): string | null {
    const value = this.#get(key);
    if (value === undefined || (isText(value) && value !== "")) return value ?? null;
    return this.refuse(key, `${TEXT}, not empty`, value);
  }

  absolutePath(key: string): string | null {
    const value = this.#get(key);
    if (value === undefined || (isText(value) && isAbsolute(value))) return value ?? null;
    return this.refuse(key, "an absolute path (~ and variables are not expanded)", value);
  }

  /** A table of strings without NUL. @param nameProblem what is expected of a name that cannot be used, else null */
  texts(key: string, nameProblem: (name: string) => string | null): Readonly<Record<string, string>> | null {
    const table = this.table(key);
    if (table === null) return null;
    for (const [name, value] of table.entries()) {
      const problem = nameProblem(name);
      if (problem !== null) table.refuse(name, problem, undefined);
      else if (!isText(value)) table.refuse(name, TEXT, value);
    }
    return Object.fromEntries(table.entries().filter((entry): entry is [string, string] => isText(entry[1])));
  }

  table(key: string): ConfigTable | null {
    const value = this.#get(key);
    if (value === undefined) return null;
    if (isTable(value)) return new ConfigTable(this.#source, [...this.#path, key], value);
    return this.refuse(key, `a table, [${formatKeyPath([...this.#path, key])}]`, value);
  }

  entries(): readonly [string, unknown][] {
    return Object.entries(this.#values);
  }

  /** Every key that no getter has asked for is a problem. */
  refuseUnknownKeys(): void {
    for (const [key, value] of this.entries()) {
      if (this.#asked.includes(key)) continue;
      const meant = nearestName(key, this.#asked);
      // `[profiles.claude.code]` is a table `code` in the profile `claude`.
      const quoting = isTable(value) ? "; put a name with a dot in quotes" : "";
      const hint =
        meant === null ? `one of ${this.#asked.join(", ")}${quoting}` : `did you mean \`${meant}\`?`;
      this.refuse(key, `a known key (${hint})`, isTable(value) ? value : undefined);
    }
  }

  /**
   * Notes a problem with `key`, absent or not, and gives null, which is what its getter then gives.
   * @param found the value, undefined when it is the key itself that is wrong
   * @param index of the element, when an array holds it
   */
  refuse(key: string, expected: string, found: unknown, index?: number): null {
    const path = [...this.#path, key];
    this.#source.problems.push({
      file: this.#source.file,
      line: this.#source.location().lineOfKey(path),
      key: formatKeyPath(path) + (index === undefined ? "" : `[${index}]`),
      expected,
      ...(found === undefined ? {} : { found: describeValue(found) }),
    });
    return null;
  }

  #get(key: string): unknown {
    this.#asked.push(key);
    return this.#values[key];
  }

  #readDuration(key: string, value: unknown, minMs: number, index?: number): number | null {
    const ms = typeof value === "string" ? parseDurationMs(value) : null;
    if (ms !== null && ms >= minMs) return ms;
    if (ms !== null) return this.refuse(key, `a duration of at least ${minMs}ms`, value, index);
    const bare = /^\d{1,9}$/.test(String(value)) ? `"${value}s" or "${value}m"` : '"90s", "15m" or "1h30m"';
    return this.refuse(key, `a duration: a string with a unit, such as ${bare}`, value, index);
  }
}

const TEXT = "a string without NUL";

function isText(value: unknown): value is string {
  return typeof value === "string" && !value.includes("\0");
}
