const CLOCK_TIME = /^(?:(today|tomorrow) (?:at )?)?(\d{1,2}):(\d\d)$/i;

/**
 * The moment of "17:00" (the next one), "today 17:00" or "tomorrow 9:30", local time, in milliseconds since 1970; null
 * for anything else.
 */
export function parseClockTime(text: string, nowMs: number): number | null {
  const [, day = "", hour = "", minute = ""] = CLOCK_TIME.exec(text.trim()) ?? [];
  if (hour === "" || Number(hour) > 23 || Number(minute) > 59) return null;
  const now = new Date(nowMs);
  const inDays = (days: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, Number(hour), Number(minute)).getTime();
  if (day !== "") return inDays(day.toLowerCase() === "tomorrow" ? 1 : 0);
  return inDays(0) > nowMs ? inDays(0) : inDays(1);
}
