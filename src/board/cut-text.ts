/** So much of a text that is one among many is shown, in characters: whole ones may have megabytes each. */
export const partCharsMax = 4_000;

const mark = /\n\[… (\d+) more characters left out\]$/;

/** The beginning of a text, and how much of it is left out. One that was cut before is counted as what it was. */
export function cutText(text: string, charsMax: number): string {
  const [end = "", before = "0"] = mark.exec(text.slice(-60)) ?? [];
  const known = text.slice(0, text.length - end.length);
  if (known.length <= charsMax) return text;
  return `${known.slice(0, charsMax)}\n[… ${known.length - charsMax + Number(before)} more characters left out]`;
}
