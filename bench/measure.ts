import type { Bench } from "./bench.ts";
import type { TickBoards } from "./boards/tick-boards.ts";
import type { Row } from "./row.ts";

/** Measures some rows, each side of a comparison in turn within each round. */
export interface Measure {
  /** The rows that it can fill, such as "B1". */
  readonly ids: readonly string[];
  /** It takes minutes: a quick look has it only where it was asked for. */
  readonly isLong?: boolean;
  /** @throws {CannotMeasure} when this machine or this version lacks what it needs. */
  run(bench: Bench, tickBoards: TickBoards): Promise<readonly Row[]>;
}

/** A row that is left out, and why. */
export class CannotMeasure extends Error {
  override readonly name = "CannotMeasure";
}
