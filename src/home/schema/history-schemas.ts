import {
  flag,
  instant,
  instantOrNull,
  type JsonSchema,
  list,
  record,
  text,
  textOrNull,
  whole,
} from "./json-schema.ts";

const flow = { created: whole, started: whole, finished: whole };

const graph = {
  tasks: list(
    record({ id: text, title: text, status: text, assignee: textOrNull, consecutive_failures: whole }),
  ),
  links: list(record({ parent_id: text, child_id: text })),
  is_cut: { ...flag, description: "there are more tasks than were asked for" },
};

/** What a board was, and how its tasks hang together, by the names in the OpenAPI document. */
export const historySchemas: Readonly<Record<string, JsonSchema>> = {
  Tree: record(graph),
  Graph: record({
    ...graph,
    critical_path: list(text, "the longest chain of tasks that are not over, in the order of work"),
  }),
  BoardRun: record({
    id: whole,
    task_id: text,
    title: text,
    profile: textOrNull,
    started_at_ms: instant,
    ended_at_ms: instantOrNull,
    outcome: textOrNull,
  }),
  History: record({
    since_at_ms: instant,
    until_at_ms: instant,
    step_ms: whole,
    before: { ...record(flow), description: "before the span: what flows is the sum from here on" },
    steps: list(
      record({ ...flow, at_ms: instant, runs: whole, failed_runs: whole }),
      "those in which nothing happened are left out",
    ),
    profiles: list(
      record({
        profile: textOrNull,
        runs: whole,
        completed: whole,
        failed: whole,
        duration_ms: whole,
        cost_usd: { type: ["number", "null"] },
      }),
    ),
    cycle_ms: list(whole, "of what was finished in the span: from creation to end; at most 10,000"),
    work_ms: list(whole, "the same from the first start"),
  }),
};
