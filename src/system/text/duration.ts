// Longest first: the parts of a duration stand in this order.
const UNIT_MS = { w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
const PARTS = /^(?:(\d+)w)?(?: ?(\d+)d)?(?: ?(\d+)h)?(?: ?(\d+)m)?(?: ?(\d+)s)?(?: ?(\d+)ms)?$/;

interface DurationOptions {
  /** The unit of a number that stands alone. Without it such a number is refused. */
  readonly bareUnit?: keyof typeof UNIT_MS;
}

/**
 * Milliseconds of "500ms", "90s", "15m", "1h30m", "1h 30m", "2d", "1w"; null for everything else: signs, fractions,
 * other spellings, units out of order, more than 2^53 ms. "0s" is 0.
 */
export function parseDurationMs(text: string, options: DurationOptions = {}): number | null {
  const bare = options.bareUnit !== undefined && /^\d+$/.test(text) ? options.bareUnit : "";
  const parts = PARTS.exec(text + bare);
  if (parts === null || text === "" || text !== text.trim()) return null;
  const totalMs = Object.values(UNIT_MS).reduce((sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * unit, 0);
  return Number.isSafeInteger(totalMs) ? totalMs : null;
}

/**
 * Short text for people: the largest unit and the next smaller one if it is not zero, rounded down. "500ms", "4s",
 * "12m", "3h 5m", "2d". There is no unit above days.
 * @param ms finite; a negative one gets a minus sign.
 */
export function formatDuration(ms: number): string {
  if (ms <= -1) return `-${formatDuration(-ms)}`;
  if (ms >= 1 && ms < 1_000) return `${Math.floor(ms)}ms`;
  const units = [
    [UNIT_MS.d, "d"],
    [UNIT_MS.h, "h"],
    [UNIT_MS.m, "m"],
    [UNIT_MS.s, "s"],
  ] as const;
  const first = units.findIndex(([unitMs]) => ms >= unitMs);
  if (first === -1) return "0s";
  let restMs = ms;
  const shown = units.slice(first, first + 2).map(([unitMs, unit]) => {
    const count = Math.floor(restMs / unitMs);
    restMs -= count * unitMs;
    return count === 0 ? "" : `${count}${unit}`;
  });
  return shown.filter((part) => part !== "").join(" ");
}
