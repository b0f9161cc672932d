import type { AgentReport } from "../board/agent-report.ts";
import type { AgentEvent } from "./agent-events.ts";

const limitWords =
  /\b429\b|rate.?limit|(?:usage|session|weekly|daily|monthly|\d+-hour) limit|hit your [\w' -]{0,30}limit|quota (?:was )?exceeded|quota will reset|resource.?exhausted|too many requests/i;

/** Whether an agent ended because of a rate limit, and how long from now it has to wait, by its event or by its own words. */
export function readLimit(
  events: readonly AgentEvent[],
  error: string | null,
  nowMs: number,
): Pick<AgentReport, "isRateLimited" | "retryAfterMs"> {
  const info = events.findLast((event) => event.text("type") === "rate_limit_event")?.at("rate_limit_info");
  const isRejected = info?.text("status") === "rejected";
  const status = events.findLast((event) => event.text("type") === "result")?.amount("api_error_status");
  // What it went on after, or was only warned of, ended nothing.
  const isRateLimited = error !== null && (isRejected || status === 429 || limitWords.test(error));
  if (!isRateLimited) return { isRateLimited, retryAfterMs: null };
  const resetsAtS = info?.amount("resetsAt") ?? null;
  const waitMs = resetsAtS === null ? readWait(error, nowMs) : resetsAtS * 1_000 - nowMs;
  return { isRateLimited, retryAfterMs: waitMs === null ? null : boundWait(waitMs) };
}

/** No longer than a week, whatever it says: a mistaken number must not pause a profile for ever. */
function boundWait(ms: number): number {
  return Math.min(Math.max(Math.round(ms), 1_000), 7 * 86_400_000);
}

const again = /(?:try again|retry|resets?)/.source;
const spanWords = new RegExp(
  `${again} (?:in|after) (?:about )?((?:\\d+(?:\\.\\d+)? ?(?:s|m|h|d)[a-z]*[ ,]*(?:and )?)+)`,
  "i",
);
const momentWords = new RegExp(
  `${again} (?:at )?(?:([a-z]{3})[a-z]* (\\d{1,2})(?:st|nd|rd|th)?(?:, (\\d{4}))?,? (?:at )?)?(\\d{1,2})(?::(\\d{2}))? ?([ap]m)(?: \\(([A-Za-z_+/-]+)\\))?`,
  "i",
);
const epochWords = /limit reached\|(\d{10})\b/i;
const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "try again in 2 days 3 hours", "resets 3pm (UTC)", "try again at Dec 1st, 2026 3:05 PM", "limit reached|1790000000". */
function readWait(words: string, nowMs: number): number | null {
  const span = spanWords.exec(words)?.[1];
  if (span !== undefined) {
    const parts = [...span.matchAll(/(\d+(?:\.\d+)?) ?([smhd])/gi)];
    return parts.reduce((sum, [, n, unit = ""]) => sum + Number(n) * (unitsMs[unit.toLowerCase()] ?? 0), 0);
  }
  const epoch = epochWords.exec(words)?.[1];
  if (epoch !== undefined) return Number(epoch) * 1_000 - nowMs;
  const moment = momentWords.exec(words);
  return moment === null ? null : readMoment(moment, nowMs);
}

/** In the zone that is named behind it, else in ours, which is the agent's too. */
function readMoment(
  [, month, day, year, hour = "", minute = "0", half, zone]: RegExpExecArray,
  nowMs: number,
): number | null {
  const clock = {
    hour: (Number(hour) % 12) + (half?.toLowerCase() === "pm" ? 12 : 0),
    minute: Number(minute),
    ...{ second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 },
  };
  try {
    const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(
      zone ?? Temporal.Now.timeZoneId(),
    );
    const today = now.with(clock, { overflow: "reject" });
    if (month === undefined) {
      // A time of day that is over is tomorrow's.
      const next = today.epochMilliseconds > nowMs ? today : today.add({ days: 1 });
      return next.epochMilliseconds - nowMs;
    }
    const date = {
      year: year === undefined ? now.year : Number(year),
      month: months.indexOf(month.toLowerCase()) + 1,
    };
    return today.with({ ...date, day: Number(day) }, { overflow: "reject" }).epochMilliseconds - nowMs;
  } catch {
    return null; // no such zone, day or time: it named none that is known
  }
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
