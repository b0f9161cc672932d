import { eventuallyMsMax } from "./patience.ts";

/**
 * Resolves with the first value of `probe` that is neither null, undefined nor false.
 * @throws {Error} when there is none within `withinMs`.
 */
export async function eventually<T>(
  what: string,
  probe: () => T | Promise<T>,
  withinMs = eventuallyMsMax,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const begunAt = performance.now();
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value as NonNullable<T>;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    // A probe that is a command is work itself: as long as it took, what is waited for has the machine.
    await Bun.sleep(Math.max(10, performance.now() - begunAt));
  }
}
