import { BoardError } from "../../board/error.ts";
import { DispatchLock, type NotedLock } from "../../dispatcher/dispatch-lock.ts";
import { placeOf } from "../../store/place.ts";
import type { BoardPaths } from "../../system/home/board-paths.ts";

/** How long a tick may take before it is taken for a dispatcher that keeps the lock. */
const patienceMs = 2_000;

/**
 * The board's dispatch lock: until it is released nothing of this machine ticks. A tick that is under way is waited for.
 * @throws {BoardError} conflict when who has the lock keeps it
 */
export async function lockBetweenTicks(paths: BoardPaths): Promise<NotedLock> {
  const lock = new DispatchLock(placeOf(paths));
  const untilMs = performance.now() + patienceMs;
  for (;;) {
    const held = lock.try(Date.now);
    if (held !== null) return held;
    if (performance.now() > untilMs)
      throw new BoardError("conflict", `a dispatcher is running on ${paths.slug}`, {
        hint: "stop it, then try again; `kanbun status` shows its pid",
      });
    await Bun.sleep(20);
  }
}
