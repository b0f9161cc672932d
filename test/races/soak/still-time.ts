import { launchGraceMs } from "../orphan-repro/arena.ts";
import type { Random } from "../orphan-repro/random.ts";

/** How long something that is stopped stays so; with this probability for longer than the launch grace. */
export function stillMs(random: Random, longRate: number): number {
  return random.chance(longRate) ? random.between(launchGraceMs, launchGraceMs * 2.5) : random.between(1, 50);
}
