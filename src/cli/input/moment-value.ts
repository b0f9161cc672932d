import { parseWhen } from "../../system/text/when.ts";
import { InvalidValue } from "./option-values.ts";

/** Unix milliseconds of a moment such as "+30m" or "2026-10-17 09:30". */
export function moment(text: string): number {
  const ms = parseWhen(text, Date.now());
  if (ms !== null) return ms;
  throw new InvalidValue(
    'It must be a moment such as "+30m", "2026-10-17 09:30", "2026-10-17T09:30:00Z" or Unix seconds.',
  );
}
