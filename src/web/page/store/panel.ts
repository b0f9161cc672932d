import { signal } from "@preact/signals";

/** The dialog that is open. */
export const panel = signal<"keys" | "palette" | "new-task" | null>(null);
