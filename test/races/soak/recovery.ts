import { Dispatcher } from "../../../src/dispatcher/dispatcher.ts";
import { runUntilIdle } from "../../../src/dispatcher/resident/loop.ts";
import { WakeUp } from "../../../src/dispatcher/resident/wake-up.ts";
import { testContext } from "../../support/board.ts";
import type { Arena } from "../orphan-repro/arena.ts";
import { WatchedLocks } from "../orphan-repro/watched-lock.ts";

/** One undisturbed dispatcher, until there is nothing left to do; at most so long. Its failed ticks are recorded. */
export async function recover(arena: Arena, withinMs: number): Promise<void> {
  const wakeUp = new WakeUp();
  const locks = new WatchedLocks(arena.ticks, "recovery", "kernel");
  const dispatcher = new Dispatcher(testContext(arena.home), {
    onWorkerExit: wakeUp.now,
    tryLock: locks.tryLock,
  });
  try {
    await runUntilIdle([dispatcher], wakeUp, {
      intervalMs: 20,
      // What was interrupted again and again waits longer each time, and is waited for.
      dueWithinMs: withinMs,
      nowMs: () => Date.now(),
      signal: AbortSignal.timeout(withinMs),
      onReport: () => {},
      onError: (_, error) => arena.ticks.append("error", "recovery", String(error).replaceAll("\n", " ")),
    });
  } finally {
    dispatcher.close();
    arena.ticks.append("bye", "recovery", locks.skips);
  }
}
