import { BoardError } from "./error.ts";

/**
 * Refuses a value in any of whose texts, the names of its fields included, is a NUL: no program can be given it, and not every
 * store can keep it. What is only compared with the board (`expected`) may have one: another program may have written it.
 * @param field what the value is called where it has no name of its own
 * @throws {BoardError} usage, naming the field
 */
export function requireStorable(value: unknown, field = "text"): void {
  if (typeof value === "string") {
    if (!value.includes("\0")) return;
    const name = field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
    throw new BoardError("usage", `the ${name} contains a NUL character, which no program can be given`, {
      hint: "leave that character out",
    });
  }
  if (Array.isArray(value)) for (const part of value) requireStorable(part, field);
  else if (typeof value === "object" && value !== null)
    for (const [name, part] of Object.entries(value))
      if (name !== "expected") {
        requireStorable(name, field);
        requireStorable(part, name);
      }
}

/** A text that a program has written, with a sign in the place of each NUL. */
export function storableText<Text extends string | null | undefined>(text: Text): Text | string {
  return typeof text === "string" && text.includes("\0") ? text.replaceAll("\0", "\uFFFD") : text;
}
