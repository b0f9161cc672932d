import { boardPath, call, describe } from "./api.ts";
import { readableBoards } from "./boards.ts";
import { board, isJoint } from "./current.ts";
import { readStatus } from "./dispatcher.ts";
import { toast } from "./toasts.ts";

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
