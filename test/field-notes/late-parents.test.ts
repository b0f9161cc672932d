import { describe, expect, test } from "bun:test";
import { thisHost } from "../../src/dispatcher/host.ts";
import type { TickReport } from "../../src/dispatcher/report/report.ts";
import type { By } from "../../src/store/store.ts";
import { person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { homesInMemory } from "../support/place-of-homes.ts";
import { Scene } from "./scene.ts";

homesInMemory();

const config = `[dispatch]
max_in_progress = 8
retry_delay = "1ms"
launch_grace = "1s"
[profiles.shell]
grace = "50ms"
[profiles.silent]
command = ["sh", "{body_file}"]
stdin = "body"
stale_after = "1h"
grace = "50ms"
`;
const force: By = { ...person, force: true };
const lease = { host: thisHost(), leaseMs: 60_000 };

/** A task that is being worked on in a scene, and what ends that. */
interface Work {
  readonly scene: Scene;
  readonly id: string;
}

const ended =
  (what: (report: TickReport) => readonly { readonly taskId: string }[]) =>
  async ({ scene, id }: Work): Promise<void> => {
    scene.openGate();
    await scene.tickUntil("the run has ended", (report) => what(report).some((run) => run.taskId === id));
  };

/** Starts a worker with this last word, waits until it is there, and gives the task a parent meanwhile. */
async function start(scene: Scene, last: string, assignee = "shell"): Promise<Work> {
  const id = await scene.create(`echo ready; ${scene.gate()}; ${last}`, {
    assignee,
    maxRetries: 9,
    maxRuntimeMs: 7_200_000,
  });
  const [spawned] = (await scene.tick()).spawned;
  await scene.said(spawned?.runId, "ready\n");
  return { scene, id };
}

type Way = [string, (scene: Scene) => Promise<Work>, (work: Work) => Promise<unknown>];

const claimed = async (scene: Scene): Promise<Work> => {
  const id = await scene.create("");
  await scene.store.claimTask(id, lease, person);
  return { scene, id };
};
const inReview = async (scene: Scene): Promise<Work> => {
  const id = await scene.create("");
  await scene.store.requestReview(id, { reviewer: null, summary: null, metadata: null }, person);
  return { scene, id };
};

const ways: readonly Way[] = [
  ["a crash", (scene) => start(scene, "exit 3"), ended((report) => report.crashed)],
  ["a rate limit", (scene) => start(scene, "exit 75"), ended((report) => report.rateLimited)],
  [
    "a time-out",
    (scene) => start(scene, "exit 0"),
    async ({ scene, id }) => {
      scene.clock.pass(3 * 3_600_000);
      await scene.tickUntil("it has timed out", (report) => report.timedOut.some((run) => run.taskId === id));
    },
  ],
  [
    "silence",
    (scene) => start(scene, "exit 0", "silent"),
    async ({ scene, id }) => {
      scene.clock.pass(3_700_000);
      await scene.tickUntil("it is stale", (report) => report.stale.some((run) => run.taskId === id));
    },
  ],
  [
    "a reboot",
    async (scene) => {
      const id = await scene.create("exit 0");
      await scene.claimAndDie(1, { bootId: "an-earlier-boot" });
      return { scene, id };
    },
    async ({ scene }) => expect((await scene.tick()).interrupted).toHaveLength(1),
  ],
  [
    "a failed start",
    async (scene) => {
      const id = await scene.create("", { maxRetries: 9 });
      await scene.claimAndDie(1);
      return { scene, id };
    },
    async ({ scene }) => {
      scene.clock.pass(2_000);
      expect((await scene.tick()).interrupted).toHaveLength(1);
    },
  ],
  [
    "a reclaim",
    (scene) => start(scene, "exit 0"),
    async ({ scene, id }) => {
      await scene.store.reclaimTask(id, null, person);
      await scene.tickUntil("it is back", (report) => report.reclaimed.some((run) => run.taskId === id));
    },
  ],
  [
    "a reclaim from a person",
    claimed,
    ({ scene, id }) => scene.store.reclaimTask(id, null, { ...force, vouchesDead: true }),
  ],
  [
    "the end of a person's lease",
    claimed,
    async ({ scene }) => {
      scene.clock.pass(3_600_000);
      expect((await scene.tick()).reclaimed).toHaveLength(1);
    },
  ],
  ["an assignment", claimed, ({ scene, id }) => scene.store.assignTask(id, "silent", force)],
  ["a rejection", inReview, ({ scene, id }) => scene.store.requestChanges(id, "shorter", person)],
  [
    "an unblocking",
    claimed,
    async ({ scene, id }) => {
      await scene.store.blockTask(id, { reason: "wait", kind: null }, force);
      await scene.store.unblockTask(id, person);
    },
  ],
  [
    "an answer",
    claimed,
    async ({ scene, id }) => {
      await scene.store.askQuestion(id, { question: "go on?", answerKind: "yes_no", choices: [] }, force);
      await scene.store.answerQuestion(id, "yes", person);
    },
  ],
];

describe("X26: a link to an open parent, made while the task runs, holds it when it returns from", () => {
  for (const [name, begin, end] of ways)
    test(name, async () => {
      using scene = await Scene.open(config);
      const { id } = await begin(scene);
      const parent = await scene.create("", { assignee: null });
      await scene.store.linkTasks({ parentId: parent, childId: id }, person);
      await end({ scene, id });
      expect((await scene.store.requireTask(id)).status).toBe("todo");
      scene.clock.pass(24 * 3_600_000);
      expect((await scene.tick({ reconcile: true })).spawned).toEqual([]);
      await scene.store.completeTask(parent, {}, person);
      expect((await scene.store.requireTask(id)).status).toBe("ready");
    });
});

test("X26: a review that crashes waits for the parent that it was given, and goes on as a review", async () => {
  using scene = await Scene.open(`${config}[profiles.critic]\ncommand = ["false"]\n`);
  const id = await scene.create("");
  await scene.store.requestReview(id, { reviewer: "critic", summary: null, metadata: null }, person);
  await scene.tick();
  const parent = await scene.create("", { assignee: null });
  await scene.store.linkTasks({ parentId: parent, childId: id }, person);
  await scene.tickUntil("its review has crashed", (report) => report.crashed.length > 0);
  expect((await scene.store.requireTask(id)).status).toBe("todo");
  await scene.store.completeTask(parent, {}, person);
  expect((await scene.store.requireTask(id)).status).toBe("review");
});

test("X26: a task that a person forced past its parents is tried again without them", async () => {
  using scene = await Scene.open(config);
  const parent = await scene.create("", { assignee: null });
  const id = await scene.create("exit 1", { parents: [parent], maxRetries: 9 });
  await scene.store.promoteTask(id, force);
  await scene.tickUntil("it has crashed", (report) => report.crashed.length > 0);
  expect((await scene.store.requireTask(id)).status).toBe("ready");
  // A new parent is another matter.
  const late = await scene.create("", { assignee: null });
  await scene.store.linkTasks({ parentId: late, childId: id }, person);
  expect((await scene.store.requireTask(id)).status).toBe("todo");
  await eventually("no worker is left", () => scene.processes().length === 0);
});
