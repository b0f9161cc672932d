import type * as moves from "./moves.ts";

/** As `move` of moves.ts, which is loaded when something is first done: a board can be shown without it. */
export async function move(...given: Parameters<typeof moves.move>): Promise<void> {
  return (await import("./moves.ts")).move(...given);
}

/** As `change` of moves.ts. */
export async function change(...given: Parameters<typeof moves.change>): Promise<void> {
  return (await import("./moves.ts")).change(...given);
}

/** As `tickNow` of tick.ts. */
export async function tickNow(): Promise<void> {
  return (await import("./tick.ts")).tickNow();
}

/** As `setPaused` of tick.ts. */
export async function setPaused(isPaused: boolean): Promise<void> {
  return (await import("./tick.ts")).setPaused(isPaused);
}
