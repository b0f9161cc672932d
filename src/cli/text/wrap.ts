import { columnsOf } from "./visible.ts";

/** Visible text as lines of at most so many columns, broken between words; a longer word has a line of its own. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** The same of each line that begins with a word: one that is indented is a table's or to be typed, and stays. */
export function wrapParagraphs(text: string, columns: number): string {
  const lines = text.split("\n").flatMap((line) => (/^\S/.test(line) ? wrap(line, columns) : [line]));
  return lines.join("\n");
}
