/** The value in the middle; of an even number of values the mean of the two. NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? Number.NaN) + (sorted[Math.floor(middle)] ?? Number.NaN)) / 2;
}

/** The smallest value that `share` (0 to 1) of all values don't exceed. NaN for none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** What is timed. */
export interface Subject {
  readonly call: () => unknown;
  /** Called before each call, and not timed. */
  readonly before?: () => void;
}

/**
 * Times the subjects in turn, one call of each after the other, so that what slows down one slows down all.
 * @returns for each the milliseconds of its calls: `calls` of them, or what fits into `budgetMs`, but three at least
 */
export async function timeInTurn(
  subjects: readonly Subject[],
  { calls, budgetMs }: { readonly calls: number; readonly budgetMs: number },
): Promise<number[][]> {
  const times = subjects.map((): number[] => []);
  const deadline = performance.now() + budgetMs;
  for (let turn = 0; turn < calls && (turn < 3 || performance.now() < deadline); turn++)
    for (const [index, { call, before }] of subjects.entries()) {
      before?.();
      const startedAt = Bun.nanoseconds();
      const result = call();
      if (result instanceof Promise) await result;
      times[index]?.push((Bun.nanoseconds() - startedAt) / 1e6);
    }
  return times;
}

/** Milliseconds that one call takes. */
export async function timeOnce(call: () => unknown): Promise<number> {
  const startedAt = Bun.nanoseconds();
  await call();
  return (Bun.nanoseconds() - startedAt) / 1e6;
}

/** How many a second, at so many milliseconds each. */
export function perS(timesMs: readonly number[]): number {
  return (timesMs.length / timesMs.reduce((sum, time) => sum + time, 0)) * 1000;
}
