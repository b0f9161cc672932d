/** Text as roff shows it: no character of it is an instruction. */
export function roffText(text: string): string {
  return (
    text
      .replaceAll("\\", "\\e")
      .replaceAll("-", "\\-")
      .replaceAll("`", "\\(ga")
      // Each reader of manuals knows ASCII; what else there is has its number.
      .replace(
        /[^\t\n\x20-\x7e]/gu,
        (character) => `\\[u${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0")}]`,
      )
      .split("\n")
      .map((line) => (/^[.']/.test(line) ? `\\&${line}` : line))
      .join("\n")
  );
}

/** An entry of a list: what it is about in bold, and its text indented below it. */
export function roffEntry(head: string, text: string): string {
  return `.TP\n.B ${roffText(head)}\n${roffText(text)}\n`;
}

/** Lines that stay as they are. */
export function roffLines(lines: string): string {
  return `.PP\n.nf\n.RS\n${roffText(lines)}\n.RE\n.fi\n`;
}
