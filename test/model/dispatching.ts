import { expect } from "bun:test";
import fc from "fast-check";
import type { LiveRun } from "../../src/board/claim.ts";
import type { RunOutcome } from "../../src/board/run.ts";
import type { NextTry } from "../../src/board/run-ending.ts";
import type { Claim, ClaimPlan, ProfilePolicy, TickPlan } from "../../src/store/tick.ts";
import { BoardUnderTest, elsewhere, ending, here, policies, policy } from "../store/board-under-test.ts";
import { type BoardModel, isAlone, type RunModel, type TaskModel } from "./board-model.ts";
import type { Scene } from "./scene.ts";
import { Step } from "./step.ts";

// Mostly plenty: a board on which nothing ever starts would agree with every model.
const cap = fc.constantFrom(null, null, null, 3, 2, 1, 0);
const capOrGone = (weight: number) =>
  fc.oneof({ weight, arbitrary: cap }, { weight: 1, arbitrary: fc.constant(undefined) });
const policyOf = { shell: capOrGone(9), agent: capOrGone(5) };

/** Both profiles are known, and the dice always show the middle. */
function planOf(scene: Scene, parts: Partial<TickPlan>): TickPlan {
  return new BoardUnderTest(scene.fresh).plan({
    policies: policies(policy("shell"), policy("agent")),
    ...parts,
  });
}

/** Claims within caps that differ from tick to tick, for profiles that are there or not. */
export const tick = fc
  .record({
    max: fc.constantFrom(100, 100, 100, 2, 1, 0),
    homeMax: fc.constantFrom(100, 100, 100, 3, 2, 1, 0),
    boardMax: cap,
    elsewhere: fc.constantFrom(0, 0, 0, 1, 2).map((all) => elsewhere(all)),
    caps: fc.record(policyOf),
    reconcile: fc.boolean(),
  })
  .map(
    (given) =>
      new Step("tick", given, (model, scene, { caps, reconcile, ...limits }) => {
        const known = Object.entries(caps).flatMap(([name, maxInProgress]) =>
          maxInProgress === undefined ? [] : [policy(name, { maxInProgress })],
        );
        const claims: ClaimPlan = { host: here, ...limits };
        return {
          may: true,
          act: () =>
            scene.store.applyTick(planOf(scene, { policies: policies(...known), claims, reconcile })),
          learn: ({ claimed }) => {
            model.promoteDue();
            expectAdmitted(model, scene, { claimed, known, claims });
            scene.unstarted.push(...claimed);
          },
        };
      }),
  );

/**
 * Nothing was claimed that had to wait, no cap was exceeded, and what could have been claimed and was not had no slot.
 * That is all a tick owes the model: which of the equal ones it took, the model learns from it.
 */
function expectAdmitted(
  model: BoardModel,
  scene: Scene,
  tick: { claimed: readonly Claim[]; known: readonly ProfilePolicy[]; claims: ClaimPlan },
): void {
  const { claims, known } = tick;
  const names = new Set(known.map((one) => one.name));
  for (const claim of tick.claimed) {
    const task = model.task(scene.ids.indexOf(claim.task.id));
    expect({ at: task.at, profile: claim.profile, isReview: claim.isReview }).toEqual({
      at: task.at,
      profile: task.assignee ?? "nobody",
      isReview: task.status === "review",
    });
    expect({ at: task.at, mayStart: mayStart(model, task, names) }).toEqual({ at: task.at, mayStart: true });
    model.open(task, { runId: claim.runId, token: claim.token, holder: "worker", profile: claim.profile });
  }
  const used = workersAlive(model);
  const capOf = (name: string) =>
    known.find((one) => one.name === name)?.maxInProgress ?? Number.POSITIVE_INFINITY;
  const boardMax = claims.boardMax ?? Number.POSITIVE_INFINITY;
  const usedOf = (name: string) => used.filter((run) => run.profile === name).length;
  const isFull =
    tick.claimed.length >= claims.max ||
    used.length >= boardMax ||
    used.length + claims.elsewhere.all >= claims.homeMax;
  if (tick.claimed.length > 0) {
    expect(tick.claimed.length).toBeLessThanOrEqual(claims.max);
    expect(used.length).toBeLessThanOrEqual(boardMax);
    expect(used.length + claims.elsewhere.all).toBeLessThanOrEqual(claims.homeMax);
    for (const { profile } of tick.claimed) expect(usedOf(profile)).toBeLessThanOrEqual(capOf(profile));
  }
  const left = model.tasks.filter((task) => mayStart(model, task, names));
  for (const task of left) {
    const name = task.assignee ?? "";
    expect({ at: task.at, hasNoSlot: isFull || usedOf(name) >= capOf(name) }).toEqual({
      at: task.at,
      hasNoSlot: true,
    });
  }
}

function mayStart(model: BoardModel, task: TaskModel, profiles: ReadonlySet<string>): boolean {
  const { assignee } = task;
  return (
    (task.status === "ready" || task.status === "review") &&
    assignee !== null &&
    profiles.has(assignee) &&
    isAlone(task) &&
    !model.isHeldByParents(task) &&
    (task.dueAtMs === null || task.dueAtMs <= model.wallMs) &&
    !model.isPaused("board") &&
    !model.isPaused(`profile:${assignee}`)
  );
}

function workersAlive(model: BoardModel): RunModel[] {
  return model.tasks.flatMap((task) => task.runs).filter((run) => run.holder === "worker" && !run.isGone);
}

/** What a dispatcher sees, to act upon it later: meanwhile others have gone on. */
export const look = fc.constant(null).map(
  (given) =>
    new Step<null, readonly LiveRun[]>("look", given, (_, scene) => ({
      may: true,
      act: () => scene.store.listLiveRuns(),
      learn: (live) => {
        scene.seen = live;
      },
    })),
);

const outcomes = [
  "crashed",
  "crashed",
  "timed_out",
  "stale",
  "interrupted",
  "completed",
  "rate_limited",
  "spawn_failed",
  "reclaimed",
] as const satisfies readonly RunOutcome[];

/** A run that was seen when the dispatcher last looked, or that it looks at now. */
async function findRun(scene: Scene, { at, isOldNews }: { at: number; isOldNews: boolean }) {
  const live = isOldNews ? scene.seen : await scene.store.listLiveRuns();
  return live.length === 0 ? null : (live[at % live.length] ?? null);
}

function ofModel(model: BoardModel, seen: LiveRun): { task: TaskModel; run: RunModel } | null {
  for (const task of model.tasks) {
    const run = task.runs.find((one) => one.runId === seen.runId);
    if (run !== undefined) return { task, run };
  }
  return null;
}

const aRun = { at: fc.nat(5), isOldNews: fc.boolean() };

/** A run has ended, and its processes are gone, or some of them are not. */
export const end = fc
  .record({
    ...aRun,
    outcome: fc.constantFrom(...outcomes),
    protocolViolation: fc.constantFrom(false, false, true),
    again: fc.constantFrom<(NextTry | null)[]>(null, null, null, null, "never", "later", "now"),
    treeGone: fc.boolean(),
  })
  .map(
    (given) =>
      new Step<typeof given, LiveRun | null>("end", given, (model, scene, given) => {
        const how = ending(given.outcome, {
          protocolViolation: given.outcome === "crashed" && given.protocolViolation,
          ...(given.again === null ? {} : { again: given.again }),
        });
        // A person's claim has no tree.
        const isTreeGone = ({ holder }: { holder: string }) => given.treeGone || holder === "person";
        return {
          may: true,
          act: async () => {
            const run = await findRun(scene, given);
            const closings = run === null ? [] : [{ run, ending: how, treeGone: isTreeGone(run) }];
            await scene.store.applyTick(planOf(scene, { closings }));
            return run;
          },
          learn: (seen) => {
            const found = seen === null ? null : ofModel(model, seen);
            if (found !== null) {
              // One that was over by then is freed by the next look at it.
              const wasOpen = found.run.isOpen;
              model.endRun(found.task, found.run, how);
              if (wasOpen && isTreeGone(found.run)) found.run.isGone = true;
            }
            model.promoteDue();
          },
        };
      }),
  );

/** The last process of a closed run is gone; and of those that are open, leases are renewed and stops asked for. */
export const supervise = fc.record({ ...aRun, what: fc.constantFrom("free", "free", "stop", "renew") }).map(
  (given) =>
    new Step<typeof given, LiveRun | null>("supervise", given, (model, scene, { what, ...given }) => ({
      may: true,
      act: async () => {
        const seen = await findRun(scene, given);
        const run =
          seen !== null && (what !== "free" || ofModel(model, seen)?.run.isOpen === false) ? seen : null;
        if (run !== null) {
          const parts: Record<string, Partial<TickPlan>> = {
            free: { freed: [run] },
            stop: { stops: [{ run, reason: "timed_out" }] },
            renew: { renewals: [run] },
          };
          await scene.store.applyTick(planOf(scene, parts[what] ?? {}));
        }
        return run;
      },
      learn: (seen) => {
        if (seen === null) return;
        const found = ofModel(model, seen);
        if (found !== null && what === "free") found.run.isGone = true;
        model.promoteDue();
      },
    })),
);

/** What happened to the oldest claim that no one has reported on: some never are, their dispatcher is dead. */
export const start = fc.record({ isStarted: fc.boolean(), isForgotten: fc.boolean() }).map(
  (given) =>
    new Step("start", given, (model, scene, { isStarted, isForgotten }) => {
      const claim = scene.unstarted.shift();
      if (claim === undefined || isForgotten) return null;
      const how = ending("spawn_failed", { error: "no such command" });
      const pid = ++scene.pid;
      const started = isStarted ? [{ claim, pid, process: { pid, startTime: "7" }, scratchPath: null }] : [];
      const failed = isStarted ? [] : [{ claim, ending: how }];
      return {
        may: true,
        act: () => scene.store.recordStarts({ started, failed }, planOf(scene, {})),
        learn: () => {
          const task = model.task(scene.ids.indexOf(claim.task.id));
          const run = task.runs.find((one) => one.runId === claim.runId);
          if (run === undefined || isStarted) return;
          model.endRun(task, run, how);
          run.isGone = true;
        },
      };
    }),
);

export const restart = fc
  .constant(null)
  .map(
    (given) =>
      new Step("restart", given, (_, scene) => ({ may: true, act: () => scene.restart(), learn: () => {} })),
  );

/** Wall time jumps either way, the time since boot only passes. */
export const clock = fc
  .record({
    wallMs: fc.constantFrom(-3_600_000, -1, 60_000, 900_000, 900_000, 7_200_000, 7_200_000),
    passMs: fc.nat(900_000),
  })
  .map(
    (given) =>
      new Step("clock", given, (model, scene, { wallMs, passMs }) => ({
        may: true,
        act: async () => {
          scene.clock.wallMs += wallMs;
          scene.clock.sinceBootMs += passMs;
        },
        learn: () => {
          model.wallMs += wallMs;
        },
      })),
  );
