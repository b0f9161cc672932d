import { signal } from "@preact/signals";

/** Takes back what was done last; null: there is nothing, or it can't be taken back. */
export const undo = signal<(() => void) | null>(null);
