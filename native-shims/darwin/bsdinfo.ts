import { DARWIN, PROC_BSDINFO } from "../constants.ts";

/** The start time in a struct proc_bsdinfo: seconds since 1970 and six digits behind the point; null for a zombie. */
export function startTimeIn(info: Buffer): string | null {
  if (info.readUInt32LE(PROC_BSDINFO.STATUS) === DARWIN.SZOMB) return null;
  const seconds = info.readBigUInt64LE(PROC_BSDINFO.START_SECONDS);
  const microseconds = info.readBigUInt64LE(PROC_BSDINFO.START_MICROSECONDS);
  return `${seconds}.${String(microseconds).padStart(6, "0")}`;
}
