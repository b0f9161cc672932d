import { accessSync, constants } from "node:fs";
import { resolve } from "node:path";
import { parseArgs } from "node:util";

export interface Options {
  /** Besides the orphan and the two fresh ones. */
  readonly dispatchers: number;
  readonly tasks: number;
  /** For everything. */
  readonly seconds: number;
  readonly seed: number;
  /** What the further dispatchers are started from; null: from the source, as all the others. */
  readonly executable: string | null;
  readonly json: boolean;
  readonly keep: boolean;
}

export const usage = `usage: orphan-repro [--dispatchers 4] [--tasks 400] [--seconds 60] [--seed n]
       [--executable path] [--json] [--keep]
--executable: the further dispatchers are \`path dispatch --watch\`; of their ticks only the effects are seen`;

/** @throws {Error} saying what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      dispatchers: { type: "string", default: "4" },
      tasks: { type: "string", default: "400" },
      seconds: { type: "string", default: "60" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      executable: { type: "string" },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  return {
    dispatchers: wholeNumber("dispatchers", values.dispatchers, 1),
    tasks: wholeNumber("tasks", values.tasks, 16),
    seconds: wholeNumber("seconds", values.seconds, 5),
    seed: wholeNumber("seed", values.seed, 0),
    executable: values.executable === undefined ? null : requireExecutable(values.executable),
    json: values.json,
    keep: values.keep,
  };
}

function requireExecutable(path: string): string {
  try {
    accessSync(path, constants.X_OK);
  } catch (error) {
    throw new Error(`--executable must be a program: ${(error as Error).message}`);
  }
  return resolve(path);
}

function wholeNumber(name: string, text: string, min: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(number) || number < min)
    throw new Error(`--${name} must be a whole number of at least ${min}, not ${JSON.stringify(text)}`);
  return number;
}
