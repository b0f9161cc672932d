import {
  counts,
  flag,
  instant,
  instantOrNull,
  type JsonSchema,
  list,
  oneOf,
  orNull,
  record,
  ref,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from "./json-schema.ts";

const links = list(record({ parent_id: text, child_id: text }));
const graph = {
  tasks: list(
    record({ id: text, title: text, status: text, assignee: textOrNull, consecutive_failures: whole }),
  ),
  links,
  is_cut: { ...flag, description: "there are more tasks than were asked for" },
};
const number = { type: "number" } as const;

/** What is drawn of a board, by its name in the OpenAPI document. */
export const plotSchemas: Readonly<Record<string, JsonSchema>> = {
  Tree: record(graph),
  Graph: record({
    ...graph,
    critical_path: list(text, "the longest chain of tasks that are not over, in the order of work"),
  }),
  Timeline: record({
    since_at_ms: instant,
    until_at_ms: instant,
    slots: { ...whole, description: "how many ran at once, at most" },
    runs: list(
      record({
        id: whole,
        task_id: text,
        title: text,
        status: { ...text, description: "of the task, as it is now" },
        profile: textOrNull,
        started_at_ms: instant,
        ended_at_ms: instantOrNull,
        outcome: textOrNull,
        is_review: flag,
        slot: { ...whole, description: "from 0: the lowest that was free" },
      }),
    ),
    links,
    is_cut: { ...flag, description: "earlier runs were left out" },
  }),
  Spread: record({ count: whole, p50_ms: whole, p85_ms: whole }),
  Metrics: record({
    since_at_ms: instant,
    until_at_ms: instant,
    bucket: text,
    is_cut: { ...flag, description: "it begins later than asked for: there are too many events" },
    by_status_before: counts,
    buckets: list(
      record({
        start_at_ms: instant,
        end_at_ms: instant,
        by_status: { ...counts, description: "at the end" },
        completed: whole,
        cycle: orNull(ref("Spread")),
        wait: orNull(ref("Spread")),
        succeeded: whole,
        failed: whole,
        other: whole,
        costs: list(record({ profile: text, cost_usd: number })),
      }),
    ),
  }),
  Diff: record({
    task_id: text,
    branch: text,
    worktree: text,
    is_gone: { ...flag, description: "the worktree is gone: of its branch alone" },
    base_commit: text,
    head_commit: text,
    files: list(
      record({
        path: text,
        old_path: textOrNull,
        change: oneOf([
          "added",
          "modified",
          "deleted",
          "renamed",
          "copied",
          "type_changed",
          "unmerged",
          "untracked",
        ]),
        additions: wholeOrNull,
        deletions: wholeOrNull,
      }),
    ),
    patch: { ...text, description: "as `git diff` has it; at most 1 MiB" },
    is_cut: flag,
  }),
};
