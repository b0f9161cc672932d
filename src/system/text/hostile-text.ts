// The one table of what does something to a terminal, or makes a text read other than it is: control characters (ESC and
// C1 among them), what has no width or turns the direction, halves of surrogate pairs, line separators, fillers.
// The joiners U+200C and U+200D stay: without them emoji and several scripts fall apart.
const HOSTILE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u115F\u1160\u3164\uFFA0]|\u034F|(?![\u200C\u200D])\p{Cf}/gu;

// Nearly all text is of these, and the table takes a millisecond to be compiled.
const HARMLESS = /^[ -~]*$/;

/** Whether nothing is in it but what is printed as one column each. */
export function isPlain(text: string): boolean {
  return HARMLESS.test(text);
}

/** `text` with each hostile character, line ends and tabs among them, as `spell` has it. */
export function replaceHostile(text: string, spell: (character: string) => string): string {
  return isPlain(text) ? text : text.replace(HOSTILE, spell);
}

/** A hostile character for people: `\u{1b}`, or `\n`, `\r`, `\t`. */
export function spellOut(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
