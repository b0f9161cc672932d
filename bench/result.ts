import type { Machine } from "./machine.ts";
import { type Figure, judgedValue, type Limit, type Row, ratiosOf, type Verdict, verdictOf } from "./row.ts";
import { median } from "./samples.ts";

/** What a run has found: the document of `--json`, and what the table is made of. */
export interface Result {
  readonly v: 1;
  readonly scale: string;
  readonly seconds: number;
  readonly machine: Machine;
  readonly rows: readonly RowResult[];
  /** Rows that could not be measured, and why. */
  readonly skipped: readonly { readonly id: string; readonly why: string }[];
}

export interface RowResult {
  readonly id: string;
  readonly what: string;
  readonly ours: Spread;
  readonly yardstick: Spread | null;
  readonly ratio: Omit<Spread, "name" | "unit"> | null;
  readonly judged: { readonly value: number; readonly by: Row["judged"] };
  readonly limit: Limit;
  readonly verdict: Verdict;
  readonly notes: readonly string[];
}

/** The middle of several rounds, and how far they lie apart. */
export interface Spread {
  readonly name: string;
  readonly unit: string;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

export function toResult(row: Row): RowResult {
  const ratio = ratiosOf(row);
  return {
    id: row.id,
    what: row.what,
    ours: spreadOf(row.ours),
    yardstick: row.yardstick && spreadOf(row.yardstick),
    ratio: ratio && spread(ratio),
    judged: { value: judgedValue(row), by: row.judged },
    limit: row.limit,
    verdict: verdictOf(row),
    notes: row.notes,
  };
}

function spreadOf({ name, unit, rounds }: Figure): Spread {
  return { name, unit, ...spread(rounds) };
}

function spread(rounds: readonly number[]) {
  return {
    median: median(rounds),
    min: Math.min(...rounds),
    max: Math.max(...rounds),
    rounds: rounds.length,
  };
}
