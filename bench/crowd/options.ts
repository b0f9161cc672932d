import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { CrowdOptions } from "./crowd.ts";

export const usage = `Usage: bun run bench:crowd [options]
  --hosts <n>         homes with a resident each (100)
  --slots <n>         workers that each may have at once (8)
  --rates <0,20,60>   tasks made a second, one phase after the other; 0 is at rest (0,20,60,120)
  --seconds <n>       of each phase (30)
  --settle <n>        seconds from the last host's start to the first phase (45)
  --work <ms>         how long a worker works (2000)
  --light             ten hosts share a process, and workers are no processes
  --top <n>           name so many of the server's statements for each phase (0)
  --json              one JSON document on standard output
  --folder <path>     where the homes are made
`;

export interface CommandOptions extends CrowdOptions {
  readonly json: boolean;
  readonly folder: string;
}

/** @throws {Error} in words */
export function parseOptions(argv: readonly string[]): CommandOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      hosts: { type: "string", default: "100" },
      slots: { type: "string", default: "8" },
      rates: { type: "string", default: "0,20,60,120" },
      seconds: { type: "string", default: "30" },
      settle: { type: "string", default: "45" },
      work: { type: "string", default: "2000" },
      light: { type: "boolean", default: false },
      top: { type: "string", default: "0" },
      json: { type: "boolean", default: false },
      folder: { type: "string", default: join(import.meta.dir, "../.scratch") },
    },
  });
  return {
    hosts: whole("--hosts", values.hosts, { min: 1, max: 200 }),
    slots: whole("--slots", values.slots, { min: 1, max: 1_000 }),
    rates: values.rates.split(",").map((rate) => whole("--rates", rate, { min: 0, max: 1_000 })),
    seconds: whole("--seconds", values.seconds, { min: 1, max: 600 }),
    settleS: whole("--settle", values.settle, { min: 0, max: 600 }),
    workMs: whole("--work", values.work, { min: 1, max: 600_000 }),
    isLight: values.light,
    statementsMax: whole("--top", values.top, { min: 0, max: 100 }),
    json: values.json,
    folder: resolve(values.folder),
  };
}

function whole(
  name: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const number = Number(text);
  if (text !== "" && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}
