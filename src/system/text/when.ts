import { parseDurationMs } from "./duration.ts";

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?([Zz]|[+-]\d\d(?::?\d\d)?))?)?$/;

/**
 * The moment that `text` names, in milliseconds since 1970, or null when it is not understood. The past is no error.
 *
 * - ISO: "2026-10-17T09:30:00Z", "2026-10-17 09:30", "2026-10-17 09:30 +02:00". Without a zone it is local time, a
 *   date alone is its local midnight, and a time that a change of the clocks leaves out is moved by that change.
 * - "+30m", "in 30m": from now.
 * - "1795422492": seconds since 1970, of 9 to 11 digits, so that neither "2026" nor "20261017" is taken for one.
 */
export function parseWhen(text: string, nowMs: number): number | null {
  const asked = text.trim();
  if (/^\d{9,11}$/.test(asked)) return Number(asked) * 1_000;
  const delay = /^(?:\+ ?|in +)(.*)$/i.exec(asked)?.[1];
  if (delay === undefined) return parseDateTime(asked);
  const delayMs = parseDurationMs(delay);
  // The furthest moment that a Date can show.
  return delayMs === null || nowMs + delayMs > 8.64e15 ? null : nowMs + delayMs;
}

function parseDateTime(text: string): number | null {
  const match = DATE_TIME.exec(text);
  if (match === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  // Date moves the 30th of February into March and the year 50 into 1950: refused here.
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > daysInMonth) return null;
  if (hour > 23 || minute > 59 || second > 59) return null;
  const fractionMs = Math.floor(Number(`0.${match[7] ?? 0}`) * 1_000);
  const zone = match[8];
  if (zone === undefined) return new Date(year, month - 1, day, hour, minute, second, fractionMs).getTime();
  const offsetMinutes = zoneOffsetMinutes(zone);
  if (offsetMinutes === null) return null;
  return Date.UTC(year, month - 1, day, hour, minute, second, fractionMs) - offsetMinutes * 60_000;
}

function zoneOffsetMinutes(zone: string): number | null {
  if (zone === "Z" || zone === "z") return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(":", ""));
  // Real zones lie between -12:00 and +14:00.
  if (hours > 14 || minutes > 59) return null;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}

/** Local time, to the second. */
export function formatTime(ms: number): string {
  const date = new Date(ms);
  const pad = (value: number) => String(value).padStart(2, "0");
  const day = `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  return `${day} ${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}`;
}
