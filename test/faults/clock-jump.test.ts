import { expect, test } from "bun:test";
import { Dispatcher } from "../../src/dispatcher/dispatcher.ts";
import { systemClock } from "../../src/home/session/system-clock.ts";
import type { Clock } from "../../src/system/clock.ts";
import { makeTestBoard, person } from "../support/board.ts";
import { eventually } from "../support/eventually.ts";
import { processesOf } from "../support/processes.ts";
import { createShellTask } from "../support/run-all.ts";

const hourMs = 3_600_000;
const config = `
[dispatch]
max_in_progress = 8
retry_delay = "60s"
lease = "60s"
[profiles.shell]
grace = "200ms"
max_runtime = "20s"
[profiles.beating]
command = ["sh", "-c", "sleep 30"]
stale_after = "20s"
`;

/** The wall clock, which someone sets; since boot it goes on as ever. */
class SettableClock implements Clock {
  #offsetMs = 0;

  nowMs = () => systemClock.nowMs() + this.#offsetMs;
  monotonicMs = () => systemClock.monotonicMs();
  readonly bootId = systemClock.bootId;

  set(byMs: number): void {
    this.#offsetMs += byMs;
  }
}

test.each([
  ["back", -hourMs],
  ["forward", hourMs],
])("a clock that is set %s an hour ends no worker, by runtime, silence or lease", async (_, byMs) => {
  const clock = new SettableClock();
  const board = await makeTestBoard({ config, clock });
  const { store } = board;
  const task = await createShellTask(board, "sleep 30");
  const beating = await store.createTask({ title: "silent", assignee: "beating" }, person);
  const dispatcher = new Dispatcher(board.context);
  await dispatcher.tick();
  await eventually("both run", () => processesOf(board.home).length >= 4);
  const before = await store.listLiveRuns();
  clock.set(byMs);
  for (let ticks = 0; ticks < 5; ticks++) {
    const report = await dispatcher.tick();
    const { spawned, reclaimed, crashed, stale, timedOut, interrupted } = report;
    expect([spawned, reclaimed, crashed, stale, timedOut, interrupted].flat()).toEqual([]);
  }
  const after = await store.listLiveRuns();
  expect(after.map(({ runId, process }) => ({ runId, process }))).toEqual(
    before.map(({ runId, process }) => ({ runId, process })),
  );
  for (const run of after) {
    expect(run.stop).toBeNull();
    // A lease that ended by the jump was renewed; one that holds an hour longer does no harm.
    expect(run.claimExpiresAtMs ?? 0).toBeGreaterThan(clock.nowMs());
  }
  for (const id of [task, beating.task.id]) await store.cancelTask(id, null, { ...person, force: true });
  await eventually("all are gone", async () => {
    await dispatcher.tick({ max: 0 });
    return (await store.listLiveRuns()).length === 0 && processesOf(board.home).length === 0;
  });
  const events = await store.listEvents({});
  expect(events.map((event) => event.id)).toEqual(events.map((event) => event.id).sort((a, b) => a - b));
  expect(events.filter((event) => event.taskId === task).map((event) => event.kind)).toEqual([
    "created",
    "claimed",
    "spawned",
    "cancelled",
  ]);
  dispatcher.close();
});

test("a clock that is set forward ends back-offs and starts schedules; a back-off that it reckoned lasts until that hour", async () => {
  const clock = new SettableClock();
  const board = await makeTestBoard({ config, clock });
  const { store } = board;
  const failing = await createShellTask(board, "exit 1", { maxRetries: 9 });
  const scheduled = await createShellTask(board, "exit 0");
  await store.scheduleTask(scheduled, { dueAtMs: clock.nowMs() + hourMs / 2, reason: null }, person);
  const dispatcher = new Dispatcher(board.context);
  const statuses = async () => [
    (await store.requireTask(failing)).status,
    (await store.requireTask(scheduled)).status,
  ];
  const tickUntilRuns = (count: number) =>
    eventually(`${count} runs have failed`, async () => {
      await dispatcher.tick();
      return (await store.listRuns(failing)).filter((run) => run.outcome === "crashed").length === count;
    });
  await tickUntilRuns(1);
  await dispatcher.tick();
  expect(await statuses()).toEqual(["ready", "scheduled"]);

  clock.set(hourMs);
  await tickUntilRuns(2);
  await eventually("the scheduled one is done", async () => {
    await dispatcher.tick();
    return (await statuses())[1] === "done";
  });

  // The second back-off was reckoned by the clock that was wrong: it lasts until that hour comes.
  clock.set(-hourMs);
  await dispatcher.tick();
  expect(await statuses()).toEqual(["ready", "done"]);
  expect(((await store.requireTask(failing)).dueAtMs ?? 0) - clock.nowMs()).toBeGreaterThan(hourMs);
  dispatcher.close();
});
