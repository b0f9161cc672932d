import type { Key } from "../store/keys.ts";

/** The keys of the list: from task to task, and a task's first step. Tab goes through the other steps. */
export const needsKeys: readonly Key[] = [
  { keys: ["j", "ArrowDown"], title: "next task", run: () => goBy(1) },
  { keys: ["k", "ArrowUp"], title: "task before", run: () => goBy(-1) },
  { keys: ["o"], title: "open it (or Enter)", run: () => linkOf(current())?.click() },
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ({
    keys: [String(n)],
    title: n === 1 ? "1 to 9: the first, second … button of the task" : null,
    run: () => buttonsOf(current())[n - 1]?.click(),
  })),
  {
    keys: ["i"],
    title: "write: an answer, what is to be changed, a word to the next run",
    run: () => fieldOf(current())?.focus(),
  },
];

function items(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(".needs-item")];
}

function current(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(".needs-item") ?? null;
}

function goBy(by: number): void {
  const all = items();
  const at = all.indexOf(current() as HTMLElement);
  const next = all[at === -1 ? 0 : Math.min(Math.max(0, at + by), all.length - 1)];
  linkOf(next ?? null)?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function linkOf(item: HTMLElement | null): HTMLElement | null {
  return item?.querySelector<HTMLElement>("h2 a") ?? null;
}

function buttonsOf(item: HTMLElement | null): HTMLElement[] {
  return [...(item?.querySelectorAll<HTMLElement>(".one-step button") ?? [])];
}

function fieldOf(item: HTMLElement | null): HTMLElement | null {
  return item?.querySelector<HTMLElement>(".one-step textarea") ?? null;
}
