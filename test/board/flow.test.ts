import { expect, test } from "bun:test";
import { Flow, type StatusCounts } from "../../src/board/flow.ts";
import type { StatusChange } from "../../src/board/status-change.ts";
import type { TaskStatus } from "../../src/board/task.ts";

/** `12 a claimed 7`: at 12, of task a, of run 7; `3 b created:todo`: the event says a status. */
function changeOf(line: string): StatusChange {
  const [at, taskId = "", what = "", run] = line.split(" ");
  const [kind = "", status = null] = what.split(":");
  return { taskId, runId: run === undefined ? null : Number(run), kind, status, atMs: Number(at) };
}

function flowOf(
  edges: readonly number[],
  before: readonly string[],
  changes: readonly string[],
  now: { byStatus: StatusCounts; tasks: Readonly<Record<string, TaskStatus>> },
) {
  const flow = new Flow(edges);
  for (const line of before) flow.begin(changeOf(line));
  for (const line of changes) flow.add(changeOf(line));
  const tasks = Object.entries(now.tasks).map(([id, status]) => [id, { status, createdAtMs: 0 }] as const);
  return flow.finish({ byStatus: now.byStatus, tasks: new Map(tasks) });
}

test("the counts of each part follow from what changed, and from how all is now", () => {
  const { before, buckets } = flowOf(
    [10, 20, 30, 40],
    ["5 a created:ready"],
    [
      "11 b created:todo",
      "12 a claimed 1",
      "21 a completed 1",
      "21 b promoted",
      "35 b claimed 2",
      // Behind the span.
      "45 b completed 2",
      "46 c created",
    ],
    { byStatus: { done: 3, ready: 1 }, tasks: { a: "done", b: "done", c: "ready" } },
  );
  // One was done before, and has not changed since.
  expect(before).toEqual({ done: 1, ready: 1 });
  expect(buckets.map(({ byStatus }) => byStatus)).toEqual([
    { done: 1, running: 1, todo: 1 },
    { done: 2, ready: 1 },
    { done: 2, running: 1 },
  ]);
  expect(buckets.map(({ waitsMs }) => waitsMs)).toEqual([[7], [], [14]]);
  expect(buckets.map(({ completed }) => completed.map(({ taskId }) => taskId))).toEqual([[], ["a"], []]);
  expect(buckets.map(({ endedRuns }) => endedRuns)).toEqual([[], [1], []]);
});

test("a run that fails gives its task back, that of a review to review", () => {
  const { buckets } = flowOf(
    [0, 10, 20, 30, 40, 50],
    [],
    [
      "1 a created:ready",
      "2 a claimed 1",
      "11 a crashed 1",
      "12 a claimed 2",
      "21 a review_requested 2",
      "22 a claimed 3",
      "31 a crashed 3",
      "41 a deleted",
    ],
    { byStatus: {}, tasks: {} },
  );
  expect(buckets.map(({ byStatus }) => byStatus)).toEqual([
    { running: 1 },
    { running: 1 },
    { running: 1 },
    { review: 1 },
    {},
  ]);
});

test("what a history does not tell is set right by how things are now", () => {
  const { before, buckets } = flowOf(
    [10, 20, 30],
    ["5 a created:ready"],
    ["12 a claimed 1", "22 a unheard_of"],
    {
      byStatus: { blocked: 1 },
      tasks: { a: "blocked" },
    },
  );
  expect(before).toEqual({ ready: 1 });
  expect(buckets.map(({ byStatus }) => byStatus)).toEqual([{ running: 1 }, { blocked: 1 }]);
});
