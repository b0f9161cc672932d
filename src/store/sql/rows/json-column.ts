import { toText } from "./odd-values.ts";

/** Other programs write these columns as well: what is no JSON is shown as the text it is. */
export function toJson(text: string | null): unknown {
  if (text === null || text === undefined) return null;
  if (typeof text !== "string") return toText(text);
  try {
    return JSON.parse(text);
  } catch {
    return text; // nothing of it is lost
  }
}
