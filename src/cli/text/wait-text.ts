import { formatDuration } from "../../system/text/duration.ts";

/** What is to come in `ms` milliseconds, in whole seconds and at least one: it is never said to be due now. */
export function formatWait(ms: number): string {
  return formatDuration(Math.max(1_000, Math.ceil(ms / 1_000) * 1_000));
}

/** Of a task that is due in `ms` milliseconds, in a few words. @param failure how its last run failed; null: it did not */
export function describeWait(ms: number, failure: string | null): string {
  const wait = formatWait(ms);
  return failure === null ? `due in ${wait}` : `failed (${failure}), tries again in ${wait}`;
}
