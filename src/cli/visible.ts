// Control characters (ESC among them), those that turn or hide text, halves of surrogate pairs, line separators.
// The joiners U+200C and U+200D stay: without them emoji and several scripts fall apart.
const HOSTILE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200C\u200D])\p{Cf}/gu;
const HOSTILE_BUT_LINES = /(?![\n\t])[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|(?![\u200C\u200D])\p{Cf}/gu;

// Nearly all text is of these, and the others take a millisecond to be compiled.
const HARMLESS = /^[ -~]*$/;

/** Text of a user as one line that does nothing to a terminal: what could is spelled out. */
export function visibleLine(text: string): string {
  return HARMLESS.test(text) ? text : text.replace(HOSTILE, spell);
}

/** The same for text of several lines: line ends and tabs stay. */
export function visibleText(text: string): string {
  return text.replaceAll("\r\n", "\n").replace(HOSTILE_BUT_LINES, spell);
}

function spell(character: string): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** How many columns of a terminal a visible line takes, coloured or not. */
export function columnsOf(line: string): number {
  // The first question to Bun takes 3 ms, a tenth of a command.
  return HARMLESS.test(line) ? line.length : Bun.stringWidth(line);
}

/** `line` cut to `columns` of a terminal, with … where it was; never within a character. */
export function cut(line: string, columns: number): string {
  // As many UTF-16 units as columns always fit... unless they are wide: then it has to be measured.
  if (line.length * 2 <= columns || columnsOf(line) <= columns) return line;
  let kept = "";
  let width = 0;
  for (const { segment } of new Intl.Segmenter().segment(line)) {
    width += Bun.stringWidth(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? "" : `${kept}…`;
}
