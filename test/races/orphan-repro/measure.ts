/** One thing that was measured, and what it had to be; null: told for information. */
export interface Measure {
  readonly name: string;
  readonly seen: number | string | boolean;
  readonly mustBe: string | null;
  readonly isOk: boolean;
}

export interface PartResult {
  readonly part: string;
  /** What the part shows, in one line. */
  readonly shows: string;
  readonly measures: readonly Measure[];
  /** What was seen of each violation. */
  readonly findings: readonly string[];
  readonly durationMs: number;
}

export function mustBe(name: string, seen: number | string | boolean, wanted: typeof seen): Measure {
  return { name, seen, mustBe: String(wanted), isOk: seen === wanted };
}

export function mustBeAtLeast(name: string, seen: number, min: number): Measure {
  return { name, seen, mustBe: `>= ${min}`, isOk: seen >= min };
}

export function told(name: string, seen: number | string | boolean): Measure {
  return { name, seen, mustBe: null, isOk: true };
}

export function isOk(part: PartResult): boolean {
  return part.measures.every((measure) => measure.isOk);
}
