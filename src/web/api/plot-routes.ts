import { findCriticalPath } from "../../board/critical-path.ts";
import type { TaskGraph } from "../../board/task-graph.ts";
import { buckets } from "../../home/plots/bucket-edges.ts";
import { readMetrics } from "../../home/plots/metrics.ts";
import { readTaskDiff } from "../../home/plots/task-diff.ts";
import { readTimeline } from "../../home/plots/timeline.ts";
import { instant, object, oneOf, ref, text } from "../../home/schema/json-schema.ts";
import { type Route, route } from "./route.ts";

const board = "/boards/{board}";
const span = { since_at_ms: instant, until_at_ms: instant } as const;

export const plotRoutes: readonly Route[] = [
  route(`GET ${board}/graph`, {
    summary: "what waits for what: on the board, or above and below one task",
    query: object({
      task_id: text,
      limit: { type: "integer", minimum: 1, maximum: 5_000, description: "default 1000" },
    }),
    answer: ref("Graph"),
    async handle({ web, params, query: { task_id, limit = 1_000 } }) {
      await using session = await web.read(params.board ?? "");
      const taskId = task_id === undefined ? undefined : await session.taskId(task_id);
      const { store } = session;
      const of = { rootId: taskId ?? null, max: limit };
      const below = await store.readGraph({ ...of, isUpwards: false });
      const graph =
        taskId === undefined ? below : merge(below, await store.readGraph({ ...of, isUpwards: true }));
      return { ...graph, criticalPath: findCriticalPath(graph) };
    },
  }),
  route(`GET ${board}/timeline`, {
    summary: "what ran at what time: at most 2,000 runs",
    query: object(span, ["since_at_ms", "until_at_ms"]),
    answer: ref("Timeline"),
    async handle({ web, params, query }) {
      await using session = await web.read(params.board ?? "");
      return await readTimeline(session.store, spanOf(query));
    },
  }),
  route(`GET ${board}/metrics`, {
    summary: "how tasks flowed through the board in a span of time, from its history",
    query: object(
      { ...span, bucket: { ...oneOf(buckets), description: "default: so that there are some dozens" } },
      ["since_at_ms", "until_at_ms"],
    ),
    answer: ref("Metrics"),
    async handle({ web, params, query }) {
      await using session = await web.read(params.board ?? "");
      return await readMetrics(session.store, { ...spanOf(query), bucket: query.bucket });
    },
  }),
  route(`GET ${board}/tasks/{task}/diff`, {
    summary: "what the task's worktree has that its base has not",
    answer: ref("Diff"),
    async handle({ web, params }) {
      return readTaskDiff(await readTask());

      // The board is closed again before git is asked, which may take seconds.
      async function readTask() {
        await using session = await web.read(params.board ?? "");
        return await session.store.requireTask(await session.taskId(params.task));
      }
    },
  }),
];

function spanOf(query: { readonly since_at_ms: number; readonly until_at_ms: number }) {
  return { sinceAtMs: query.since_at_ms, untilAtMs: query.until_at_ms };
}

/** The task itself is in both. */
function merge(below: TaskGraph, above: TaskGraph): TaskGraph {
  const known = new Set(below.tasks.map(({ id }) => id));
  return {
    tasks: [...above.tasks.filter(({ id }) => !known.has(id)), ...below.tasks],
    links: [...above.links, ...below.links],
    isCut: above.isCut || below.isCut,
  };
}
