import { BoardError } from "./error.ts";

interface CronTimes {
  readonly times: string;
  readonly timeZone: string;
}

/**
 * The first time after `afterMs` that `times` names in its zone, in milliseconds since 1970; null: there is none.
 *
 * Where the clocks change, as Vixie's cron has it: a fixed time that does not exist is due as long after midnight as on
 * any other day (2:30 at 3:30 by the new time), one that exists twice is due the first time alone; every hour (`*`) is
 * every hour that passes.
 * @throws {BoardError} usage for times or a zone that can't be read
 * @see https://bun.com/docs/api/cron
 */
export function nextTime({ times, timeZone }: CronTimes, afterMs: number): number | null {
  // An empty zone would silently be the one of the process that asks.
  if (timeZone === "") throw new BoardError("usage", "the time zone is empty", { hint: zoneHint });
  let next: Date | null;
  try {
    next = Bun.cron.parse(times, afterMs, { tz: timeZone });
  } catch (error) {
    throw explain(error as Error, { times, timeZone });
  }
  return next === null || Number.isNaN(next.getTime()) ? null : next.getTime();
}

const zoneHint = "such as Europe/Berlin, America/New_York or UTC";

function explain({ message }: Error, { times, timeZone }: CronTimes): BoardError {
  if (message.includes("unknown time zone"))
    return new BoardError("usage", `there is no time zone ${JSON.stringify(timeZone)}`, { hint: zoneHint });
  const why = message.replace(/^Invalid cron expression: /, "").replace(/\. Bun\.cron uses.*/s, "");
  return new BoardError("usage", `the times ${JSON.stringify(times)} cannot be read: ${why}`, {
    hint: 'five fields, minute hour day month weekday, such as "0 9 * * 1-5"; or @hourly, @daily, @weekly, @monthly',
  });
}
