import type { PidMark } from "./process-ref.ts";

/** Beyond this part of all numbers they may have come round: then a pid says nothing of its age any more. */
const TRUSTED_PART = 1 / 4;

/** Numbers that were given away, in a circle: the last may be lower than the first. */
interface PidRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The numbers that were given away since; null when it can't be told any more. The kernel gives them away in a circle,
 * and counts how many it has given: where it has given none, though a worker was started, these figures mean nothing.
 */
export function rangeSince(since: PidMark, now: PidMark | null, pidMax: number): PidRange | null {
  if (now === null || now.lastPid === since.lastPid) return null;
  const forks = now.forks - since.forks;
  const isTrusted = forks > 0 && forks <= pidMax * TRUSTED_PART;
  return isTrusted ? { first: since.lastPid + 1, last: now.lastPid } : null;
}

export function isInRange(pid: number, { first, last }: PidRange): boolean {
  return last >= first ? pid >= first && pid <= last : pid >= first || pid <= last;
}
