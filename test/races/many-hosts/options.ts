import { parseArgs } from "node:util";
import { type Takeover, takeovers } from "../../../src/board/lease.ts";

export interface Options {
  readonly takeover: Takeover;
  readonly hosts: number;
  /** Over all hosts. */
  readonly dispatchers: number;
  readonly tasks: number;
  /** How long a worker works, on average. */
  readonly workMs: number;
  readonly leaseS: number;
  /** How many faults, one after the other; the last is over before the end is waited for. */
  readonly faults: number;
  readonly seed: number;
  /** Guard and dispatcher of a host are killed at once, its workers not. */
  readonly killBoth: boolean;
  /** Everything of a host is stopped, workers too, for longer than its lease and what comes behind it, and then goes on. */
  readonly freeze: boolean;
  /** Each host's dispatchers, guards and workers are in a pid namespace of its own. */
  readonly pidNamespaces: boolean;
  /** Whether the server has a standby that is made the primary when that is killed: one that it waits for, or one that has fallen behind. */
  readonly failOver: FailOver | null;
  readonly json: boolean;
}

const failOvers = ["sync", "async"] as const;
export type FailOver = (typeof failOvers)[number];

export const usage = `usage: bun run many-hosts [--takeover never|lease] [--hosts 8] [--dispatchers 16] [--tasks 2000]
  [--work 1500] [--lease 12] [--faults 12] [--seed n] [--kill-both | --freeze | --fail-over sync|async]
  [--pid-namespaces] [--json]`;

/** @throws {Error} in words */
export function parseOptions(argv: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      takeover: { type: "string", default: "lease" },
      hosts: { type: "string", default: "8" },
      dispatchers: { type: "string", default: "16" },
      tasks: { type: "string", default: "2000" },
      work: { type: "string", default: "1500" },
      lease: { type: "string", default: "12" },
      faults: { type: "string", default: "12" },
      seed: { type: "string", default: String(Date.now() % 2 ** 32) },
      "kill-both": { type: "boolean", default: false },
      freeze: { type: "boolean", default: false },
      "pid-namespaces": { type: "boolean", default: false },
      "fail-over": { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const takeover = takeovers.find((one) => one === values.takeover);
  if (takeover === undefined)
    throw new Error(`--takeover must be ${takeovers.join(" or ")}, not "${values.takeover}"`);
  const failOver = failOvers.find((one) => one === values["fail-over"]) ?? null;
  if (failOver === null && values["fail-over"] !== undefined)
    throw new Error(`--fail-over must be ${failOvers.join(" or ")}, not "${values["fail-over"]}"`);
  return {
    takeover,
    hosts: whole("--hosts", values.hosts, 2, 100),
    dispatchers: whole("--dispatchers", values.dispatchers, 2, 200),
    tasks: whole("--tasks", values.tasks, 1, 100_000),
    workMs: whole("--work", values.work, 100, 600_000),
    leaseS: whole("--lease", values.lease, 5, 600),
    faults: whole("--faults", values.faults, 0, 1_000),
    seed: whole("--seed", values.seed, 0, 2 ** 32),
    killBoth: values["kill-both"],
    freeze: values.freeze,
    pidNamespaces: values["pid-namespaces"],
    failOver,
    json: values.json,
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const number = Number(text);
  if (text !== "" && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new Error(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
}
