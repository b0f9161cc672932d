import { findCriticalPath } from "../../board/critical-path.ts";
import { BoardError } from "../../board/error.ts";
import type { TaskGraph } from "../../board/task-graph.ts";
import { instant, list, object, record, ref, text } from "../../home/schema/json-schema.ts";
import { type Route, route } from "./route.ts";

const board = "/boards/{board}";
const dayMs = 24 * 3_600_000;
/** More steps than a plot has pixels. */
const stepsMax = 2_000;

const span = {
  since_at_ms: { ...instant, description: "default: a day ago" },
  until_at_ms: { ...instant, description: "default: now" },
} as const;

export const historyRoutes: readonly Route[] = [
  route(`GET ${board}/graph`, {
    summary: "what waits for what: on the board, or above and below one task",
    query: object({
      task: text,
      limit: { type: "integer", minimum: 1, maximum: 5_000, description: "default 1000" },
    }),
    answer: ref("Graph"),
    async handle({ web, params, query: { task, limit = 1_000 } }) {
      await using session = await web.read(params.board ?? "");
      const taskId = task === undefined ? undefined : await session.taskId(task);
      const { store } = session;
      const of = { rootId: taskId ?? null, max: limit };
      const below = await store.readGraph({ ...of, isUpwards: false });
      const graph =
        taskId === undefined ? below : merge(below, await store.readGraph({ ...of, isUpwards: true }));
      return { ...graph, criticalPath: findCriticalPath(graph) };
    },
  }),
  route(`GET ${board}/runs`, {
    summary: "the runs that were under way in a span of time, the newest first",
    query: object({
      ...span,
      limit: { type: "integer", minimum: 1, maximum: 5_000, description: "default 1000" },
    }),
    answer: record({ runs: list(ref("BoardRun")) }),
    async handle({ web, params, query: { limit = 1_000, ...query } }) {
      await using session = await web.read(params.board ?? "");
      return { runs: await session.store.listBoardRuns({ ...spanOf(query), limit }) };
    },
  }),
  route(`GET ${board}/history`, {
    summary: "what was made, started, finished and failed, in steps of a span of time",
    query: object({
      ...span,
      step_ms: { type: "integer", minimum: 1_000, description: "default: a 60th of the span" },
    }),
    answer: ref("History"),
    async handle({ web, params, query: { step_ms, ...query } }) {
      await using session = await web.read(params.board ?? "");
      const { sinceAtMs, untilAtMs } = spanOf(query);
      const stepMs = step_ms ?? Math.max(1_000, Math.ceil((untilAtMs - sinceAtMs) / 60));
      if ((untilAtMs - sinceAtMs) / stepMs > stepsMax)
        throw new BoardError("usage", `the span has more than ${stepsMax} steps`, {
          hint: "make step_ms longer",
        });
      return {
        sinceAtMs,
        untilAtMs,
        stepMs,
        ...(await session.store.readHistory({ sinceAtMs, untilAtMs, stepMs })),
      };
    },
  }),
];

/** The task itself is in both. */
function merge(below: TaskGraph, above: TaskGraph): TaskGraph {
  const known = new Set(below.tasks.map(({ id }) => id));
  return {
    tasks: [...above.tasks.filter(({ id }) => !known.has(id)), ...below.tasks],
    links: [...above.links, ...below.links],
    isCut: above.isCut || below.isCut,
  };
}

function spanOf({
  since_at_ms,
  until_at_ms,
}: {
  since_at_ms?: number | undefined;
  until_at_ms?: number | undefined;
}) {
  const untilAtMs = until_at_ms ?? Date.now();
  const sinceAtMs = since_at_ms ?? untilAtMs - dayMs;
  if (sinceAtMs <= untilAtMs) return { sinceAtMs, untilAtMs };
  throw new BoardError("usage", "since_at_ms is later than until_at_ms");
}
