import type { SearchedTexts } from "../../store/searched-texts.ts";

/** Where a word was found. */
export interface Excerpt {
  readonly field: "title" | "body" | "comments" | "summaries";
  /** The line, or the part of it around the word. */
  readonly text: string;
}

const partChars = 160;
const fields = ["body", "comments", "summaries", "title"] as const;

/** The first line with one of the words; that of the text below the title, if it has one. null: it could not be found again. */
export function findExcerpt(texts: SearchedTexts, words: readonly string[]): Excerpt | null {
  const plainWords = words.map(plain);
  for (const field of fields) {
    const text = texts[field];
    const found = plainWords.map((word) => plain(text).indexOf(word)).filter((at) => at >= 0);
    if (found.length > 0) return { field, text: lineAt(text, Math.min(...found)) };
  }
  return null;
}

/** As long as the text itself, letter by letter. */
function plain(text: string): string {
  return Array.from(text.normalize("NFC"), (letter) => {
    const base = letter.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    return base.length === letter.length ? base : letter.toLowerCase().slice(0, letter.length);
  }).join("");
}

function lineAt(text: string, at: number): string {
  const start = text.lastIndexOf("\n", at) + 1;
  const end = text.indexOf("\n", at);
  const line = text.slice(start, end === -1 ? undefined : end).trim();
  if (line.length <= partChars) return line;
  const from = Math.max(0, Math.min(at - start - partChars / 4, line.length - partChars));
  const part = line.slice(from, from + partChars);
  return `${from > 0 ? "…" : ""}${part}${from + partChars < line.length ? "…" : ""}`;
}
