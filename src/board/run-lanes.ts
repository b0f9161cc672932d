/** When something began, and when it was over; null: it is not. */
export interface Stretch {
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

/**
 * The lane of each, from 0: no two in one lane at the same time, and as few lanes as there were at most at once. Each takes the lowest lane
 * that is free when it begins, so that what ran beside nothing else is in the first one.
 * @param stretches in the order in which they began
 */
export function assignLanes(stretches: readonly Stretch[]): readonly number[] {
  const freeFromMs: number[] = [];
  return stretches.map(({ startedAtMs, endedAtMs }) => {
    const free = freeFromMs.findIndex((freeMs) => freeMs <= startedAtMs);
    const lane = free === -1 ? freeFromMs.length : free;
    freeFromMs[lane] = endedAtMs === null ? Number.POSITIVE_INFINITY : Math.max(endedAtMs, startedAtMs);
    return lane;
  });
}
