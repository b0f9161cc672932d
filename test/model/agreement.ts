import { expect } from "bun:test";
import type { BoardEvent } from "../../src/board/event.ts";
import type { TaskStatus } from "../../src/board/task.ts";
import { type BoardModel, openRunOf } from "./board-model.ts";
import type { Scene } from "./scene.ts";

/** A board as it was before a command. */
export interface Sighting {
  readonly text: string;
  readonly statuses: ReadonlyMap<string, TaskStatus>;
  readonly events: readonly BoardEvent[];
}

export async function sight(scene: Scene): Promise<Sighting> {
  return {
    text: await scene.read(),
    statuses: new Map((await scene.store.listTasks({})).map((task) => [task.id, task.status])),
    events: await scene.store.listEvents({}),
  };
}

/** Only someone's word opens a blocked task; no tick, no restart and no clock ever does. */
const openers = [
  "unblock",
  "unlink",
  "answer",
  "complete",
  "schedule",
  "archive",
  "cancel",
  "request-review",
];

export async function expectAgreement({
  model,
  scene,
  before,
  command,
}: {
  model: BoardModel;
  scene: Scene;
  before: Sighting;
  command: string;
}): Promise<void> {
  await expectSameTasks(model, scene);
  await expectRuns(model, scene);
  const events = await scene.store.listEvents({});
  expect(events.slice(0, before.events.length)).toEqual([...before.events]);
  expectCausalOrder(events);
  const after = new Map((await scene.store.listTasks({})).map((task) => [task.id, task.status]));
  for (const [id, was] of before.statuses) {
    const is = after.get(id);
    if (was === "done") expect(["done", "archived"]).toContain(is ?? "");
    if (was === "archived") expect(is).toBe("archived");
    if (was === "blocked" && is !== "blocked") expect(openers).toContain(command);
  }
}

async function expectSameTasks(model: BoardModel, scene: Scene): Promise<void> {
  const tasks = new Map((await scene.store.listTasks({})).map((task) => [task.id, task]));
  const real = model.tasks.map(({ at }) => {
    const task = tasks.get(scene.id(at));
    return {
      at,
      status: task?.status,
      assignee: task?.assignee,
      author: task?.author,
      dueAtMs: task?.dueAtMs,
      currentRunId: task?.currentRunId,
      failures: task?.consecutiveFailures,
      isClaimed: task?.claimLock != null,
    };
  });
  const meant = model.tasks.map((task) => ({
    at: task.at,
    status: task.status,
    assignee: task.assignee,
    author: task.author,
    dueAtMs: task.dueAtMs,
    currentRunId: openRunOf(task)?.runId ?? null,
    failures: task.failures,
    isClaimed: task.status === "running",
  }));
  expect(real).toEqual(meant);
  expect(tasks.size).toBe(model.tasks.length);
  const pauses = (await scene.store.listPauses()).map((pause) => [pause.scope, pause.untilAtMs]);
  expect(new Map(pauses as [string, number | null][])).toEqual(model.pauses);
}

/** I2 and I3: one open run exactly while the task runs, one live run at most, and each closed one has an outcome. */
async function expectRuns(model: BoardModel, scene: Scene): Promise<void> {
  const live = await scene.store.listLiveRuns();
  expect(new Set(live.map((run) => run.taskId)).size).toBe(live.length);
  const bare = live.map((run) => ({ runId: run.runId, isOpen: run.isOpen }));
  const meant = model.tasks
    .flatMap((task) => task.runs)
    .filter((run) => !run.isGone)
    .map(({ runId, isOpen }) => ({ runId, isOpen }));
  const byId = (a: { runId: number }, b: { runId: number }) => a.runId - b.runId;
  expect(bare.toSorted(byId)).toEqual(meant.toSorted(byId));

  for (const task of model.tasks) {
    const runs = await scene.store.listRuns(scene.id(task.at));
    const open = runs.filter((run) => run.endedAtMs === null).map((run) => run.id);
    expect(open).toEqual(task.status === "running" ? [openRunOf(task)?.runId ?? 0] : []);
    for (const run of runs) expect(run.outcome !== null).toBe(run.endedAtMs !== null);
  }
}

const whileOpen = ["claimed", "spawned", "heartbeat", "stop_requested"];

/** Ids rise; a task begins with `created`, a run with `claimed`; nothing that needs an open run follows its end. */
function expectCausalOrder(events: readonly BoardEvent[]): void {
  const ended = new Set<number>();
  const claimed = new Set<number>();
  const created = new Set<string>();
  let lastId = 0;
  for (const { id, taskId, runId, kind } of events) {
    const about = `${kind} of ${taskId}, run ${runId}`;
    expect(id).toBeGreaterThan(lastId);
    lastId = id;
    expect([about, created.has(taskId)]).toEqual([about, kind !== "created"]);
    if (kind === "created") created.add(taskId);
    if (runId === null) continue;
    if (kind === "claimed") expect([about, claimed.has(runId)]).toEqual([about, false]);
    else expect([about, claimed.has(runId)]).toEqual([about, true]);
    if (kind === "claimed") claimed.add(runId);
    else if (!whileOpen.includes(kind)) ended.add(runId);
    if (whileOpen.includes(kind)) expect([about, ended.has(runId)]).toEqual([about, false]);
  }
}
