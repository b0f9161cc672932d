import { partCharsMax } from "../../board/cut-text.ts";
import type { TextLimit } from "../../store/filters.ts";

export const wholeHelp = `do not cut texts after ${partCharsMax} characters`;

/** How much is read of each of many texts, of which there may be megabytes. */
export function textLimit(whole = false): TextLimit {
  return whole ? {} : { charsMax: partCharsMax };
}
