import { signal } from "@preact/signals";
import type { Verb } from "./verbs.ts";

export interface Asked {
  readonly title: string;
  /** null: nothing is to be typed. */
  readonly label: string | null;
  readonly submit: string;
  readonly isOptional: boolean;
  /** Profiles are suggested. */
  readonly isProfile: boolean;
  readonly note: string | null;
  /** null: the person cancelled. */
  readonly answer: (text: string | null) => void;
}

/** What the page asks at the moment. */
export const asked = signal<Asked | null>(null);

/** Asks for a text; null: the person cancelled. */
export function askText(what: Omit<Asked, "answer">): Promise<string | null> {
  return new Promise((resolve) => {
    asked.value = {
      ...what,
      answer: (text) => {
        asked.value = null;
        resolve(text);
      },
    };
  });
}

/** Asks for confirmation. */
export async function confirm({ title }: Verb, what: string, isStopping: boolean): Promise<boolean> {
  const note = isStopping ? "Its worker is stopped." : "It is given up for good.";
  const given = await askText({
    title: `${title}: ${what}`,
    label: null,
    submit: title,
    isOptional: true,
    isProfile: false,
    note,
  });
  return given !== null;
}
