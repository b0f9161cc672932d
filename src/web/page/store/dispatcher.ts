import { effect, signal } from "@preact/signals";
import { boardPath, call, describe } from "./api.ts";
import { readableBoards } from "./boards.ts";
import { board, cards, isJoint } from "./current.ts";
import { toast } from "./toasts.ts";
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

async function readStatus(): Promise<void> {
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

interface Ticks {
  readonly boards: readonly {
    readonly skipped_locked: boolean;
    readonly [outcome: string]: unknown;
  }[];
  readonly failed: readonly { readonly error: { readonly message: string } }[];
}

const ends = [
  "completed",
  "crashed",
  "timed_out",
  "stale",
  "interrupted",
  "rate_limited",
  "spawn_failed",
  "gave_up",
];

/** One tick of what is shown, a board or all, and what came of it in words. */
export async function tickNow(): Promise<void> {
  const slugs = isJoint.peek() ? readableBoards() : [board.peek() ?? ""];
  try {
    const ticks = await Promise.all(
      slugs.map((slug) => call<Ticks>("POST", boardPath(slug, "dispatch"), {})),
    );
    for (const { error } of ticks.flatMap(({ failed }) => failed)) toast(error.message, { isBad: true });
    const reports = ticks.flatMap(({ boards }) => boards);
    if (reports.length === 0) return;
    const count = (name: string) =>
      reports.reduce((sum, report) => sum + ((report[name] as unknown[] | undefined)?.length ?? 0), 0);
    const done = [
      part(count("spawned"), "started"),
      part(
        ends.reduce((sum, name) => sum + count(name), 0),
        "ended",
      ),
      part(count("promoted"), "promoted"),
      part(count("held"), "held back"),
    ].filter((one) => one !== "");
    toast(
      reports.every((report) => report.skipped_locked)
        ? "another dispatcher is at it"
        : `tick: ${done.length === 0 ? "nothing to do" : done.join(", ")}`,
    );
    void readStatus();
  } catch (error) {
    toast(describe(error), { isBad: true });
  }
}

function part(count: number, word: string): string {
  return count === 0 ? "" : `${count} ${word}`;
}

/** Pauses or resumes the board. */
export async function setPaused(isPaused: boolean): Promise<void> {
  try {
    await call(
      "POST",
      boardPath(board.peek() ?? "", isPaused ? "pause" : "resume"),
      isPaused ? {} : undefined,
    );
    void readStatus();
  } catch (error) {
    toast(describe(error), { isBad: true });
  }
}
