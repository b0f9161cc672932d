import { signalProcess } from "../../../native-shims/index.ts";
import type { Arena } from "../orphan-repro/arena.ts";
import type { Crew, CrewMember } from "../orphan-repro/crew.ts";
import type { Random } from "../orphan-repro/random.ts";
import type { Client } from "./client.ts";
import type { Hits, Role } from "./hits.ts";
import { listRunProcesses, type RunProcess } from "./run-processes.ts";
import { stillMs } from "./still-time.ts";

export interface Havoc {
  readonly arena: Arena;
  readonly crew: Crew;
  readonly client: Client;
  readonly hits: Hits;
  readonly random: Random;
  readonly forMs: number;
}

const longStops = 0.25;

/** Most workers are there for some milliseconds only: one looks for them so often before one takes any other. */
const attemptsMax = 30;

/** On average every 200 ms one process is killed or stopped, and continued after a while, until the time is over. */
export async function wreakHavoc(havoc: Havoc): Promise<void> {
  const { crew, random, forMs } = havoc;
  crew.onGap = (member) => hitInGap(member, havoc);
  const deadline = performance.now() + forMs;
  while (performance.now() < deadline) {
    await Bun.sleep(random.between(10, 200));
    await strike(havoc);
  }
  crew.onGap = () => {};
}

async function strike(havoc: Havoc): Promise<void> {
  const { crew, client, random } = havoc;
  const isKill = random.chance(0.5);
  const dice = random.next();
  if (dice < 0.3) {
    const member = random.pick(crew.members);
    if (isKill) crew.replace(member);
    else crew.stop(member, stillMs(random, longStops));
  } else if (dice < 0.4) {
    if (isKill) client.replace();
    else client.stop(stillMs(random, longStops));
  } else await strikeRun(havoc, { role: dice < 0.6 ? "shim" : dice < 0.85 ? "worker" : "offspring", isKill });
}

/** Some process of a run: of this kind if one comes along in time, else any. */
async function strikeRun(
  { arena, hits, random }: Havoc,
  { role, isKill }: { readonly role: Role; readonly isKill: boolean },
): Promise<void> {
  const victim = await lieInWait(arena.home, role, random);
  if (victim === null) return;
  // Written down before it is done: whoever looks for an excuse finds it.
  hits.append({ deed: isKill ? "kill" : "stop", role: victim.role, runId: victim.runId });
  signalProcess(victim.ref, isKill ? "SIGKILL" : "SIGSTOP");
  if (!isKill) setTimeout(() => signalProcess(victim.ref, "SIGCONT"), stillMs(random, longStops));
}

async function lieInWait(home: string, role: Role, random: Random): Promise<RunProcess | null> {
  for (let attempt = 1; ; attempt++) {
    const everything = listRunProcesses(home);
    const wanted = everything.filter((process) => process.role === role);
    if (wanted.length > 0) return random.pick(wanted);
    if (attempt === attemptsMax) return everything.length > 0 ? random.pick(everything) : null;
    await Bun.sleep(2);
  }
}

/** A dispatcher that stands at a named step of its tick, or between what it saw and what it does. */
function hitInGap(member: CrewMember, { crew, random }: Havoc): void {
  crew.stops++;
  if (random.chance(0.5)) crew.replace(member);
  else crew.leaveStopped(member, stillMs(random, longStops));
}
