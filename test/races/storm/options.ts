import { parseArgs } from "node:util";
import { armKinds } from "./arm.ts";

export interface Options {
  /** In each part; each fails once and leaves a stray. */
  readonly tasks: number;
  /** For each part. */
  readonly seconds: number;
  /** The only part to play; null: all. */
  readonly part: string | null;
  readonly json: boolean;
  readonly keep: boolean;
}

export const usage = "usage: storm [--tasks 20] [--seconds 60] [--part strays|hidden] [--json] [--keep]";

/** @throws {Error} saying what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tasks: { type: "string", default: "20" },
      seconds: { type: "string", default: "60" },
      part: { type: "string" },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const number = (name: "tasks" | "seconds") => {
    const value = Number(values[name]);
    if (values[name].trim() === "" || !Number.isSafeInteger(value) || value < 1)
      throw new Error(`--${name} must be a whole number of at least 1, not ${JSON.stringify(values[name])}`);
    return value;
  };
  const { part = null, json, keep } = values;
  if (part !== null && !armKinds.some((arm) => arm.part === part))
    throw new Error(`--part must be strays or hidden, not ${JSON.stringify(part)}`);
  return { tasks: number("tasks"), seconds: number("seconds"), part, json, keep };
}
