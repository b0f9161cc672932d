import { buckets } from "../../home/plots/bucket-edges.ts";
import { readMetrics } from "../../home/plots/metrics.ts";
import { readTaskDiff } from "../../home/plots/task-diff.ts";
import { readTimeline } from "../../home/plots/timeline.ts";
import { instant, object, oneOf, ref } from "../../home/schema/json-schema.ts";
import { type Route, route } from "./route.ts";

const board = "/boards/{board}";
const span = { from_ms: instant, to_ms: instant } as const;

export const plotRoutes: readonly Route[] = [
  route(`GET ${board}/timeline`, {
    summary: "what ran at what time: at most 2,000 runs",
    query: object(span, ["from_ms", "to_ms"]),
    answer: ref("Timeline"),
    async handle({ web, params, query }) {
      await using session = await web.read(params.board ?? "");
      return await readTimeline(session.store, { fromMs: query.from_ms, toMs: query.to_ms });
    },
  }),
  route(`GET ${board}/metrics`, {
    summary: "how tasks flowed through the board in a span of time, from its history",
    query: object(
      { ...span, bucket: { ...oneOf(buckets), description: "default: so that there are some dozens" } },
      ["from_ms", "to_ms"],
    ),
    answer: ref("Metrics"),
    async handle({ web, params, query }) {
      await using session = await web.read(params.board ?? "");
      return await readMetrics(session.store, {
        fromMs: query.from_ms,
        toMs: query.to_ms,
        bucket: query.bucket,
      });
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
