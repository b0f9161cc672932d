// Control, format (zero width, right to left) and line separating characters: whatever could end a line of an
// error message, colour a terminal or make the text read other than it is.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `text` made safe to quote in a message: one line, nothing invisible, cut after `lengthMax` UTF-16 units. */
export function printable(text: string, lengthMax = 80): string {
  const head = text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
  return head.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
