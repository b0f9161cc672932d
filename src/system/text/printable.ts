import { replaceHostile, spellOut } from "./hostile-text.ts";

/** `text` made safe to quote in a message: one line, nothing invisible, cut after `lengthMax` UTF-16 units. */
export function printable(text: string, lengthMax = 80): string {
  const head = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return replaceHostile(head, spellOut);
}
