import { BoardError } from "../../board/error.ts";
import { InvalidValue } from "./option-values.ts";

/** What each of these refuses it says as what comes behind `"field" must be`. */
export function notThat(what: string): BoardError {
  return new BoardError("usage", what);
}

export function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw notThat("a text");
}

export function textOrNothing(value: unknown): string | null {
  return text(value) || null;
}

export function texts(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw notThat("a list of texts");
}

/** What may be given several times on the command line: one, or all of them. */
export function textOrTexts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return texts(value);
  throw notThat("a text or a list of texts");
}

export function wholeNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw notThat("a whole number");
}

export function flag(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw notThat("true or false");
}

export function oneOf<Word extends string>(words: readonly Word[]): (value: unknown) => Word {
  return (value) => {
    const word = words.find((one) => one === value);
    if (word !== undefined) return word;
    throw notThat(`one of ${words.join(", ")}`);
  };
}

/** What an option reads of the same name. @param such as it may be */
export function asTyped<Value>(read: (text: string) => Value, such: string): (value: unknown) => Value {
  return (value) => {
    try {
      return read(text(value));
    } catch (error) {
      if (error instanceof InvalidValue || error instanceof BoardError) throw notThat(such);
      throw error;
    }
  };
}
