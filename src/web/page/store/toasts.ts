import { signal } from "@preact/signals";

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isBad: boolean;
  /** One line for each of several that failed. */
  readonly lines: readonly string[];
  /** The undo, and its label. */
  readonly action: { readonly title: string; readonly run: () => void } | null;
}

/** What was done, or could not be: the newest last. */
export const toasts = signal<readonly Toast[]>([]);

let last = 0;

export function toast(text: string, of: Partial<Omit<Toast, "id" | "text">> = {}): void {
  last += 1;
  const made: Toast = { id: last, text, isBad: false, lines: [], action: null, ...of };
  toasts.value = [...toasts.value.slice(-2), made];
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((one) => one.id !== id);
}
