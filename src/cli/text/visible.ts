import { isPlain, replaceHostile, spellOut } from "../../system/text/hostile-text.ts";

/** Text of a user as one line that does nothing to a terminal: what could is spelled out. */
export function visibleLine(text: string): string {
  return replaceHostile(text, spellOut);
}

/** The same for text of several lines: line ends and tabs stay. */
export function visibleText(text: string): string {
  return replaceHostile(text.replaceAll("\r\n", "\n"), (character) =>
    character === "\n" || character === "\t" ? character : spellOut(character),
  );
}

/** A colour as `Screen.paint` has it. */
const OWN_COLOUR = new RegExp(`(${String.fromCharCode(27)}\\[(?:0|1|2|3[1-6])m)`);

const colourEnd = `${String.fromCharCode(27)}[0m`;

/** Text of ours that may be coloured, and may have in it what another program has written: only its colours stay. */
export function visibleAnswer(text: string): string {
  return text
    .split(OWN_COLOUR)
    .map((part, at) => (at % 2 === 1 ? part : visibleText(part)))
    .join("");
}

/** How many columns of a terminal a visible line takes, coloured or not. */
export function columnsOf(line: string): number {
  // The first question to Bun takes 3 ms, a tenth of a command.
  return isPlain(line) ? line.length : Bun.stringWidth(line);
}

/** `line` cut to `columns` of a terminal, with … where it was; never within a character, nor within a colour. */
export function cut(line: string, columns: number): string {
  // As many UTF-16 units as columns always fit... unless they are wide: then it has to be measured.
  if (line.length * 2 <= columns || columnsOf(line) <= columns) return line;
  if (columns < 1) return "";
  let kept = "";
  let width = 0;
  let colour = "";
  for (const [at, part] of line.split(OWN_COLOUR).entries()) {
    if (at % 2 === 1) {
      kept += part;
      colour = part === colourEnd ? "" : part;
      continue;
    }
    for (const { segment } of new Intl.Segmenter().segment(part)) {
      width += Bun.stringWidth(segment);
      if (width > columns - 1) return `${kept}…${colour === "" ? "" : colourEnd}`;
      kept += segment;
    }
  }
  return kept;
}
