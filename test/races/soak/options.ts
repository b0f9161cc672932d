import { parseArgs } from "node:util";

export interface Options {
  /** No further round is begun when they are over. */
  readonly minutes: number;
  /** At most so many rounds; null: as many as the minutes allow. */
  readonly rounds: number | null;
  /** Of the first round; each round's seed determines that of the next. */
  readonly seed: number;
  readonly dispatchers: number;
  /** `none`: a lock that excludes no one. */
  readonly lock: "kernel" | "none";
  readonly json: boolean;
  readonly keep: boolean;
}

export const usage =
  "usage: soak [--minutes 1] [--rounds n] [--seed n] [--dispatchers 4] [--no-lock] [--json] [--keep]";

/** @throws {Error} saying what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string", default: "1" },
      rounds: { type: "string" },
      seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
      dispatchers: { type: "string", default: "4" },
      "no-lock": { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      keep: { type: "boolean", default: false },
    },
  });
  const minutes = Number(values.minutes);
  if (values.minutes.trim() === "" || !(minutes > 0))
    throw new Error(`--minutes must be a number above 0, not ${JSON.stringify(values.minutes)}`);
  return {
    minutes,
    rounds: values.rounds === undefined ? null : wholeNumber("rounds", values.rounds, 1),
    seed: wholeNumber("seed", values.seed, 0),
    dispatchers: wholeNumber("dispatchers", values.dispatchers, 1),
    lock: values["no-lock"] ? "none" : "kernel",
    json: values.json,
    keep: values.keep,
  };
}

function wholeNumber(name: string, text: string, min: number): number {
  const number = Number(text);
  if (text.trim() === "" || !Number.isSafeInteger(number) || number < min)
    throw new Error(`--${name} must be a whole number of at least ${min}, not ${JSON.stringify(text)}`);
  return number;
}
