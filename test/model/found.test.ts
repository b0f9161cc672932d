import { expect, test } from "bun:test";
import { BoardUnderTest, force, minuteMs, person, policies, policy } from "../store/board-under-test.ts";
import { openFreshSqlite } from "../store/sqlite/board.ts";

// What the model has found, each as the short list of commands that it shrank to.

async function openBoard(): Promise<BoardUnderTest> {
  return new BoardUnderTest(await openFreshSqlite());
}

const both = { policies: policies(policy("shell"), policy("agent")) };
const review = { reviewer: "agent", summary: null, metadata: null };

test("a review that was put aside for a time comes back to its reviewer, not to the worker it is about", async () => {
  const board = await openBoard();
  const { id } = await board.create();
  await board.store.requestReview(id, review, person);
  const [claim] = await board.claim({}, both);
  expect(claim?.isReview).toBe(true);
  await board.store.scheduleTask(id, { dueAtMs: board.clock.nowMs() + minuteMs, reason: null }, force);
  await board.free(id);
  board.clock.pass(2 * minuteMs);
  await board.tick();
  expect(await board.status(id)).toBe("review");
  const [again] = await board.claim({}, both);
  expect([again?.isReview, again?.profile]).toEqual([true, "agent"]);
});

test("a review that was put aside for a time, and given a parent meanwhile, waits for that first", async () => {
  const board = await openBoard();
  const { id } = await board.create();
  await board.store.requestReview(id, review, person);
  await board.claim({}, both);
  await board.store.scheduleTask(id, { dueAtMs: board.clock.nowMs() + minuteMs, reason: null }, force);
  await board.free(id);
  const parent = await board.create();
  await board.store.linkTasks({ parentId: parent.id, childId: id }, person);
  board.clock.pass(2 * minuteMs);
  await board.tick();
  expect(await board.status(id)).toBe("todo");
  await board.store.completeTask(parent.id, {}, person);
  expect(await board.status(id)).toBe("review");
});

test("a review that is forced to go on while it waits for a parent goes on as a review", async () => {
  const board = await openBoard();
  const parent = await board.create();
  const { id } = await board.create({ parents: [parent.id] });
  await board.store.requestReview(id, review, person);
  await board.store.blockTask(id, { reason: null, kind: "dependency" }, person);
  expect(await board.status(id)).toBe("todo");
  await board.store.promoteTask(id, force);
  expect(await board.status(id)).toBe("review");
});

test("a stop that comes after the worker's verdict is not told as a request after the end", async () => {
  const board = await openBoard();
  const { task, worker } = await board.work();
  const run = await board.liveRun(task.id);
  await board.store.completeTask(task.id, {}, worker);
  await board.tick({ stops: [{ run, reason: "timed_out" }] });
  expect((await board.lastEvent(task.id))?.kind).toBe("completed");
  expect((await board.liveRun(task.id)).stop?.reason).toBe("timed_out");
});

test("a person's claim that is rate limited leaves nothing behind that would hold the task back", async () => {
  const board = await openBoard();
  const { id } = await board.create();
  await board.claimAs(id, person);
  await board.store.rateLimitTask(id, { retryAfterMs: 1, policy: policy("shell").retry }, person);
  expect(await board.store.listLiveRuns()).toEqual([]);
  await board.claimAs(id, person);
  expect(await board.status(id)).toBe("running");
});
