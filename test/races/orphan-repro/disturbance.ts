import { launchGraceMs } from "./arena.ts";
import type { Crew, CrewMember } from "./crew.ts";
import type { Random } from "./random.ts";

/** Stops, continues, kills and replaces dispatchers at random, until told that it is enough. */
export async function disturb(crew: Crew, random: Random, isEnough: () => boolean): Promise<void> {
  crew.onGap = (member) => disturbInGap(crew, member, random);
  while (!isEnough()) {
    await Bun.sleep(random.between(20, 120));
    const member = random.pick(crew.members);
    if (!member.isOrphan && random.chance(0.15)) crew.replace(member);
    else crew.stop(member, random.chance(0.15) ? beyondGrace(random) : random.between(1, 40));
  }
  crew.onGap = (member) => crew.continueNow(member);
}

/** One that stands between claim and spawn: continued in time, continued too late, or killed there. */
function disturbInGap(crew: Crew, member: CrewMember, random: Random): void {
  crew.stops++;
  if (random.chance(0.3)) crew.replace(member);
  else crew.continueLater(member, random.chance(0.3) ? random.between(1, 60) : beyondGrace(random));
}

function beyondGrace(random: Random): number {
  return random.between(launchGraceMs, launchGraceMs * 2.5);
}
