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
export const openingTasks = { orphan: 4, overtaken: 4 } as const;

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
    mustBeAtLeast("ticks as an orphan", countTicks(arena.ticks, orphan.name) - ticksAtDeath, 2),
    mustBe("tasks done as an orphan", done, openingTasks.orphan),
  ];
}

/**
 * A fresh dispatcher claims, and is stopped before it has started anything, for longer than the launch grace. Under
 * the lock nobody else ticks meanwhile. Without it the orphan gives those starts up and has the tasks run again: the
 * fresh one is continued when their new workers are at work, and must start nothing any more.
 */
export async function openWithOvertaken(
  arena: Arena,
  crew: Crew,
  { store, lock }: { readonly store: BoardStore; readonly lock: "kernel" | "none" },
): Promise<void> {
  const orphan = crew.members.find((member) => member.isOrphan);
  if (orphan === undefined) throw new Error("the orphan comes first");
  writeFileSync(arena.onlySettlePath, "");
  await ticksMore(arena, orphan, 2); // the one that it was in may not have seen the file
  await createLongTasks(store, openingTasks.overtaken);

  const gap = Promise.withResolvers<void>();
  crew.onGap = () => gap.resolve();
  const fresh = crew.start({ isToBeOvertaken: true });
  const isInGap = await Promise.race([gap.promise.then(() => true), Bun.sleep(10_000).then(() => false)]);
  if (!isInGap) throw new Error("the fresh dispatcher has not come to claim anything within 10 s");
  crew.stops++;
  rmSync(arena.onlySettlePath);
  const begunBefore = openingTasks.orphan;
  if (lock === "none")
    await eventually("the overtaken tasks run again", () => {
      const begun = arena.workers.read().filter(([verb]) => verb === "begin").length;
      return begun >= begunBefore + openingTasks.overtaken;
    });
  else await Bun.sleep(launchGraceMs * 2);
  crew.onGap = () => {};
  crew.continueNow(fresh);
  // Not before it has tried to start what it had claimed may anybody kill it.
  await eventually("the overtaken tick ends", () =>
    arena.ticks.read().some(([verb, name]) => verb === "end" && name === fresh.name),
  );
}

async function ticksMore(arena: Arena, member: CrewMember, count: number): Promise<void> {
  const before = countTicks(arena.ticks, member.name);
  await eventually(`${member.name} ticks`, () => countTicks(arena.ticks, member.name) >= before + count);
}

function describeParent(pid: number): string {
  return pid === 1 ? "1" : `${pid}, which adopts orphans here`;
}
