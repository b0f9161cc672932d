import { BoardError } from "../../board/error.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const lengthsMs = {
  "1m": minuteMs,
  "5m": 5 * minuteMs,
  "15m": 15 * minuteMs,
  "1h": hourMs,
  "6h": 6 * hourMs,
  "1d": dayMs,
  "1w": 7 * dayMs,
} as const;

/** How long each part of a span is. */
export type Bucket = keyof typeof lengthsMs;
export const buckets = Object.keys(lengthsMs) as readonly Bucket[];

const bucketsMax = 1_000;
/** Of so many parts people still see each. */
const bucketsWanted = 80;

/** The shortest parts of which a span has no more than people see apart. */
export function bucketFor(spanMs: number): Bucket {
  return buckets.find((bucket) => spanMs / lengthsMs[bucket] <= bucketsWanted) ?? "1w";
}

/**
 * Where the parts of a span begin, and where the last one ends. All but the first begin where a clock on the wall of this machine
 * begins such a part: days at midnight, weeks on Mondays.
 * @throws {BoardError} usage for more than 1,000 parts
 */
export function bucketEdges({
  sinceAtMs,
  untilAtMs,
  bucket,
}: {
  readonly sinceAtMs: number;
  readonly untilAtMs: number;
  readonly bucket: Bucket;
}): readonly number[] {
  if ((untilAtMs - sinceAtMs) / lengthsMs[bucket] > bucketsMax)
    throw new BoardError("usage", `the span has more than ${bucketsMax} parts of ${bucket}`, {
      hint: `ask for longer parts: ${bucketFor(untilAtMs - sinceAtMs)}`,
    });
  const edges = [sinceAtMs];
  for (let at = nextStart(sinceAtMs, bucket); at < untilAtMs; at = nextStart(at, bucket)) edges.push(at);
  return [...edges, untilAtMs];
}

function nextStart(ms: number, bucket: Bucket): number {
  const date = new Date(ms);
  const lengthMs = lengthsMs[bucket];
  if (lengthMs <= hourMs) {
    const offsetMs = date.getTimezoneOffset() * minuteMs;
    return ms - mod(ms - offsetMs, lengthMs) + lengthMs;
  }
  if (bucket === "6h") date.setHours(date.getHours() - (date.getHours() % 6) + 6, 0, 0, 0);
  else date.setHours(24, 0, 0, 0);
  if (bucket === "1w") date.setDate(date.getDate() + mod(1 - date.getDay(), 7));
  return date.getTime();
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
