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

/** Milliseconds that each of `calls` calls takes, at most for `budgetMs` in all; at least three are made. */
export async function timeCalls(
  call: () => unknown,
  { calls, budgetMs }: { readonly calls: number; readonly budgetMs: number },
): Promise<number[]> {
  const times: number[] = [];
  const deadline = performance.now() + budgetMs;
  while (times.length < calls && (times.length < 3 || performance.now() < deadline)) {
    const startedAt = Bun.nanoseconds();
    const result = call();
    if (result instanceof Promise) await result;
    times.push((Bun.nanoseconds() - startedAt) / 1e6);
  }
  return times;
}

/** Milliseconds that one call takes. */
export async function timeOnce(call: () => unknown): Promise<number> {
  const startedAt = Bun.nanoseconds();
  await call();
  return (Bun.nanoseconds() - startedAt) / 1e6;
}
