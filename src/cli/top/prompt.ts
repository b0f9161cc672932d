import type { OverviewTask } from "../../home/overview/overview.ts";
import type { Key } from "./key-reader.ts";

export type PromptKind = "filter" | "answer" | "review" | "cancel";

/** A line that is being typed. */
export interface Prompt<Kind extends string> {
  readonly kind: Kind;
  /** What is asked for. */
  readonly label: string;
  readonly text: string;
  /** The task that it is about, however the selection moves meanwhile. */
  readonly task?: OverviewTask;
}

export type Typed<Kind extends string> =
  | { readonly is: "open"; readonly prompt: Prompt<Kind> }
  | { readonly is: "sent" | "left" };

/** The line after one more key: still open, sent with Enter, or left with Escape. */
export function typeInto<Kind extends string>(prompt: Prompt<Kind>, { name, text }: Key): Typed<Kind> {
  const open = (now: string) => ({ is: "open", prompt: { ...prompt, text: now } }) as const;
  switch (name) {
    case "enter":
      return { is: "sent" };
    case "escape":
      return { is: "left" };
    case "backspace":
      return open(withoutLast(prompt.text));
    case "ctrl_u":
      return open("");
    case "text":
      return open(prompt.text + text);
    case "paste":
      // One line: what has more is joined, so that its end does not send it.
      return open(prompt.text + text.replaceAll(/[\r\n\t]+/g, " "));
    default:
      return open(prompt.text);
  }
}

function withoutLast(text: string): string {
  const last = [...new Intl.Segmenter().segment(text)].at(-1);
  return last === undefined ? "" : text.slice(0, last.index);
}
