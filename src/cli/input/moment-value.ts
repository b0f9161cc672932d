import { parseClockTime } from "../../system/text/clock-time.ts";
import { parseDurationMs } from "../../system/text/duration.ts";
import { parseWhen } from "../../system/text/when.ts";
import { InvalidValue } from "./option-values.ts";

/** Unix milliseconds of a moment such as "+30m", "30m", "17:00" or "2026-10-17 09:30". */
export function moment(text: string): number {
  const now = Date.now();
  const ms = parseWhen(text, now) ?? parseWhen(`+${text}`, now) ?? parseClockTime(text, now);
  if (ms !== null) return ms;
  throw new InvalidValue(
    'It must be a moment such as "+30m", "17:00", "tomorrow 9:30", "2026-10-17 09:30", "2026-10-17T09:30:00Z" or Unix seconds.',
  );
}

/** Unix milliseconds of a moment that is past, such as "2h" (ago) or "2026-10-17 09:30". */
export function pastMoment(text: string): number {
  const agoMs = parseDurationMs(text.replace(/ ago$/, ""));
  const ms = agoMs === null ? parseWhen(text, Date.now()) : Date.now() - agoMs;
  if (ms !== null) return ms;
  throw new InvalidValue('It must be a length of time such as "2h", or a moment such as "2026-10-17 09:30".');
}
