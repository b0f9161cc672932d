import type { KeptLog } from "../../board/kept-log.ts";
import { formatSize } from "../../system/text/size.ts";

/**
 * What a board has of a log whose file is on another machine, below a line that says where that is.
 * @param state `ended`: all that will ever be here; `at work`: as it was a moment ago; `unanswered`: as it was when it was last asked for
 */
export function keptText(kept: KeptLog, state: "ended" | "at work" | "unanswered"): Uint8Array {
  const { hostname, home, sizeBytes, tail } = kept;
  const isCut = tail.length < sizeBytes;
  const size = isCut
    ? `its last ${formatSize(tail.length)}; the whole, ${formatSize(sizeBytes)}, is`
    : "it is";
  const words = {
    ended: `the run was on ${hostname}: ${isCut ? "this is " : ""}${size} there, in ${home}`,
    "at work": `the run is on ${hostname}: ${isCut ? "these are " : ""}${isCut ? size : "its log is"} there, in ${home}`,
    unanswered: `the run is on ${hostname}, which does not answer: this is what it said before; the log is there, in ${home}`,
  };
  return Buffer.concat([Buffer.from(`[kanbun: ${words[state]}]\n`), wholeLines(kept)]);
}

/** Without the line within which the end begins, where there is another. */
export function wholeLines({ sizeBytes, tail }: KeptLog): Uint8Array {
  const newline = tail.length < sizeBytes ? tail.indexOf(0x0a) : -1;
  return newline === tail.length - 1 ? tail : tail.subarray(newline + 1);
}
