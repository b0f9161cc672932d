import { signal } from "@preact/signals";

export interface MenuItem {
  readonly title: string;
  /** As it is shown. */
  readonly key?: string;
  /** Of a choice: whether it is the one. */
  readonly isChosen?: boolean;
  /** Why it can't be done now. */
  readonly reason?: string;
  readonly isDangerous?: boolean;
  /** Of the group that it is in; said above the first of it. */
  readonly heading?: string;
  /** Begins a new group. */
  readonly isFirst?: boolean;
  readonly run: () => void;
}

export interface OpenMenu {
  readonly title: string;
  readonly items: readonly MenuItem[];
  readonly x: number;
  readonly y: number;
}

/** The menu that is open; there is one at most. */
export const menu = signal<OpenMenu | null>(null);

/** Opens a menu below an element, or where the pointer is. */
export function openMenu(title: string, items: readonly MenuItem[], at: Element | MouseEvent): void {
  const { x, y } = at instanceof Element ? below(at) : { x: at.clientX, y: at.clientY };
  menu.value = { title, items, x, y };
}

function below(element: Element): { readonly x: number; readonly y: number } {
  const { left, bottom } = element.getBoundingClientRect();
  return { x: left, y: bottom + 4 };
}
