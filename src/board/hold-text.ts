import type { Hold, HoldReason } from "./hold.ts";

/** What a person types to have a tick at once. */
export const tickCommand = "kanbun dispatch";

const titleCharsMax = 60;

export function hold(reason: HoldReason, detail: string, command: string | null): Hold {
  return { reason, detail, untilMs: null, command };
}

/** A task within a sentence: its id and the beginning of its title. */
export function nameInText({ id, title }: { readonly id: string; readonly title: string }): string {
  return `${id} ${JSON.stringify(title.length > titleCharsMax ? `${title.slice(0, titleCharsMax - 1)}…` : title)}`;
}
