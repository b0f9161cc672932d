import { effect, signal } from "@preact/signals";
import { boardPath, call } from "./api.ts";
import { board, cards } from "./current.ts";
import type { Status } from "./wire.ts";

/** The board and its dispatcher, a moment ago; null: not known yet. */
export const status = signal<Status | null>(null);

const soonMs = 1_000;
const everyMs = 10_000;
let timer = 0;
let dueAtMs = 0;

/** Begins: from now on `status` is that of the board that is shown. */
export function watchStatus(): void {
  effect(() => {
    const of = cards.value;
    if (of === null) return;
    status.value = null;
    void readStatus();
    return of.listen(() => soon(soonMs));
  });
}

/** Asks for it now. */
export async function readStatus(): Promise<void> {
  clearTimeout(timer);
  timer = 0;
  const of = board.peek();
  if (of === null) return;
  try {
    const found = await call<Status>("GET", boardPath(of, "status"));
    if (of === board.peek()) status.value = found;
  } catch {
    // It is asked again; a connection that is lost is said elsewhere.
  }
  soon(everyMs);
}

/** Keeps an earlier timer: a busy board is never without an event. */
function soon(ms: number): void {
  const atMs = performance.now() + ms;
  if (timer !== 0 && dueAtMs <= atMs) return;
  clearTimeout(timer);
  dueAtMs = atMs;
  timer = setTimeout(() => {
    timer = 0;
    if (document.visibilityState === "visible") void readStatus();
    else soon(everyMs);
  }, ms) as unknown as number;
}
