import { BoardError } from "../../board/error.ts";
import type { CardCursor } from "../../store/filters.ts";

/** Where a list goes on, as a client hands it back: nothing to read or to make. */
export function encodeCursor(next: CardCursor | null): string | null {
  return next === null ? null : Buffer.from(JSON.stringify(next)).toString("base64url");
}

/** @throws {BoardError} usage for what was never given out */
export function decodeCursor(text: string | undefined): CardCursor | null {
  if (text === undefined) return null;
  try {
    const values: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
    const isValue = (value: unknown) => value === null || ["string", "number"].includes(typeof value);
    if (Array.isArray(values) && values.every(isValue)) return values as CardCursor;
  } catch {
    // It is answered below, as what is JSON and no cursor.
  }
  throw new BoardError("usage", "this is no cursor", { hint: "take next_cursor of the page before" });
}
