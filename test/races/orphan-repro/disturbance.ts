import { launchGraceMs } from "./arena.ts";
import type { Crew, CrewMember } from "./crew.ts";
import type { Random } from "./random.ts";

export interface Disturbance {
  readonly random: Random;
  /** How often one that is stopped stays so beyond the launch grace: [0, 1]. A process that holds a lock holds up all. */
  readonly longStops: number;
}

/** Stops, continues, kills and replaces dispatchers at random, until told that it is enough. */
export async function disturb(crew: Crew, how: Disturbance, isEnough: () => boolean): Promise<void> {
  const { random } = how;
  crew.onGap = (member) => disturbInGap(crew, member, how);
  while (!isEnough()) {
    await Bun.sleep(random.between(20, 120));
    const member = random.pick(crew.members);
    if (!member.isOrphan && random.chance(0.15)) crew.replace(member);
    else crew.stop(member, stopMs(how));
  }
  crew.onGap = () => {};
}

/** One that stands between seeing, claiming and spawning: continued in time, continued too late, or killed there. */
function disturbInGap(crew: Crew, member: CrewMember, how: Disturbance): void {
  crew.stops++;
  if (how.random.chance(0.3)) crew.replace(member);
  else crew.leaveStopped(member, stopMs(how));
}

function stopMs({ random, longStops }: Disturbance): number {
  return random.chance(longStops)
    ? random.between(launchGraceMs, launchGraceMs * 2.5)
    : random.between(1, 50);
}
