import { median } from "./samples.ts";

/** What was measured, one value per round. */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly rounds: readonly number[];
}

/** What a row must reach. Values on the far side of `must` fail; beyond `stretch` is more than was asked for. */
export interface Limit {
  readonly is: "at most" | "at least";
  readonly must: number;
  readonly stretch: number | null;
  /** Of the value that is judged, such as "ms" or "×". */
  readonly unit: string;
}

/** One line of the table. */
export interface Row {
  /** Such as "B5", or "B5 p99" where a measure has several. */
  readonly id: string;
  readonly what: string;
  readonly ours: Figure;
  /** What it is held against, measured in turn with ours; null where there is nothing to hold it against. */
  readonly yardstick: Figure | null;
  /** Per round; left out: ours to the yardstick. */
  readonly ratio?: readonly number[];
  /** What `limit` is for. */
  readonly judged: "ours" | "ratio";
  readonly limit: Limit;
  /** What else was seen. */
  readonly notes: readonly string[];
}

export type Verdict = "stretch" | "reached" | "missed";

/** Ours divided by the yardstick, round by round: what slowed both down cancels. */
export function ratios(ours: Figure, yardstick: Figure): number[] {
  return ours.rounds.map((value, round) => value / (yardstick.rounds[round] ?? Number.NaN));
}

/** Ours to the yardstick, per round; null where there is none. */
export function ratiosOf({ ours, yardstick, ratio }: Row): readonly number[] | null {
  return ratio ?? (yardstick && ratios(ours, yardstick));
}

export function judgedValue(row: Row): number {
  return median(row.judged === "ratio" ? (ratiosOf(row) ?? []) : row.ours.rounds);
}

export function verdictOf(row: Row): Verdict {
  const { is, must, stretch } = row.limit;
  const value = judgedValue(row);
  const meets = (limit: number) => (is === "at most" ? value <= limit : value >= limit);
  if (!meets(must)) return "missed";
  return stretch !== null && meets(stretch) ? "stretch" : "reached";
}
