import { parseArgs } from "node:util";

export interface Options {
  /** null: every place there is. */
  readonly cuts: number | null;
  /** Of each of the two kinds that the recorder makes. */
  readonly tasks: number;
  readonly seed: number;
  readonly json: boolean;
}

export const usage = "usage: power-loss [--cuts n] [--tasks 12] [--seed n] [--json]";

/** @throws {Error} saying what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      cuts: { type: "string" },
      tasks: { type: "string", default: "12" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      json: { type: "boolean", default: false },
    },
  });
  return {
    cuts: values.cuts === undefined ? null : wholeNumber("cuts", values.cuts, 1),
    tasks: wholeNumber("tasks", values.tasks, 3),
    seed: wholeNumber("seed", values.seed, 0),
    json: values.json,
  };
}

function wholeNumber(name: string, text: string, min: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(number) || number < min)
    throw new Error(`--${name} must be a whole number of at least ${min}, not ${JSON.stringify(text)}`);
  return number;
}
