import { rmSync, writeFileSync } from "node:fs";
import { probeProcess, signalProcess } from "../../../native-shims/index.ts";
import type { BoardStore } from "../../../src/store/store.ts";
import { eventually } from "../../support/eventually.ts";
import { type Arena, launchGraceMs } from "./arena.ts";
import type { Crew, CrewMember } from "./crew.ts";
import { type Measure, mustBe, mustBeAtLeast, told } from "./measure.ts";
import { readParentage } from "./parentage.ts";
import { countTicks } from "./tick-history.ts";
import { createLongTasks, createQuickTasks } from "./workload.ts";

/** How many tasks the opening of a race makes. */
export const openingTasks = { orphan: 4, overtakenBeforeClaim: 2, overtakenBeforeSpawn: 2 } as const;

/** A service starts a dispatcher and is killed; what is left must be an orphan that works on. */
export async function openWithOrphan(arena: Arena, crew: Crew, store: BoardStore): Promise<Measure[]> {
  const { orphan, service } = await crew.startOrphan();
  await eventually("the service's dispatcher ticks", () => countTicks(arena.ticks, orphan.name) > 0);
  const before = readParentage(orphan.ref.pid);
  signalProcess(service, "SIGKILL");
  await eventually("the service is dead", () => probeProcess(service) === "dead");

  const ticksAtDeath = countTicks(arena.ticks, orphan.name);
  await createQuickTasks(store, openingTasks.orphan);
  const done = await eventually("the orphan has done its tasks", async () => {
    const { byStatus } = await store.getCounts();
    return byStatus.done === openingTasks.orphan && byStatus.done;
  });
  // The board knows of the last task before the tick that told it has ended.
  const ticks = () => countTicks(arena.ticks, orphan.name) - ticksAtDeath;
  await eventually("the orphan goes on ticking", () => ticks() >= 2);
  const after = readParentage(orphan.ref.pid);
  return [
    mustBe("the service is killed", probeProcess(service), "dead"),
    mustBe("its dispatcher lives", probeProcess(orphan.ref), "alive"),
    ...(before === null || after === null
      ? [told("parent and session", "skipped: there is no /proc")]
      : [
          mustBe("its parent was the service", before.parent === service.pid, true),
          mustBe("its parent is the service", after.parent === service.pid, false),
          mustBe("it has its own session", after.session === orphan.ref.pid, true),
          told("its parent now", describeParent(after.parent)),
        ]),
    mustBeAtLeast("ticks as an orphan", ticks(), 2),
    mustBe("tasks done as an orphan", done, openingTasks.orphan),
  ];
}

/**
 * A fresh dispatcher is stopped when it has seen what it could claim, or has claimed it and started nothing yet, for
 * longer than the launch grace. Under the lock no one else ticks meanwhile. Without it the orphan takes the tasks, or
 * gives the starts up and has them run again: the fresh one is continued when their workers are at work, and must
 * neither claim nor start any of them.
 */
export async function openWithOvertaken(
  arena: Arena,
  crew: Crew,
  { store, lock, before }: { store: BoardStore; lock: "kernel" | "none"; before: "claim" | "spawn" },
): Promise<void> {
  writeFileSync(arena.onlyClosePath, "");
  for (const member of crew.members) await ticksMore(arena, member, 2); // a tick that it was in may not have seen it
  const tasks = before === "claim" ? openingTasks.overtakenBeforeClaim : openingTasks.overtakenBeforeSpawn;
  const begunBefore = countBegun(arena);
  await createLongTasks(store, tasks);

  let hasCome = false;
  crew.onGap = () => {
    hasCome = true;
  };
  const fresh = crew.start({ overtakenBefore: before });
  await eventually("the fresh dispatcher comes to claim something", () => hasCome);
  crew.stops++;
  crew.onGap = () => {};
  rmSync(arena.onlyClosePath);
  if (lock === "none")
    await eventually("the orphan runs the tasks", () => countBegun(arena) >= begunBefore + tasks);
  else await Bun.sleep(launchGraceMs * 2);
  crew.continueNow(fresh);
  // Not before it has tried what it was about to do may anyone kill it.
  await eventually("the overtaken tick ends", () =>
    arena.ticks.read().some(([verb, name]) => verb === "end" && name === fresh.name),
  );
}

function countBegun(arena: Arena): number {
  return arena.workers.read().filter(([verb]) => verb === "begin").length;
}

async function ticksMore(arena: Arena, member: CrewMember, count: number): Promise<void> {
  const before = countTicks(arena.ticks, member.name);
  await eventually(`${member.name} ticks`, () => countTicks(arena.ticks, member.name) >= before + count);
}

function describeParent(pid: number): string {
  return pid === 1 ? "1" : `${pid}, which adopts orphans here`;
}
