import { hostStates } from "../../board/host-state.ts";
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

const pause = record({ scope: text, until_at_ms: instantOrNull, reason: text });
const ended = list(record({ task_id: text, run_id: whole, status: text, error: textOrNull }));

const outcomes = [
  "completed",
  "review_requested",
  "changes_requested",
  "reclaimed",
  "blocked",
  "crashed",
  "timed_out",
  "stale",
  "rate_limited",
  "interrupted",
  "spawn_failed",
  "gave_up",
] as const;

const status: Readonly<Record<string, JsonSchema>> = {
  home: text,
  board: text,
  database: { ...textOrNull, description: "its file; null: a store keeps it" },
  store: { ...textOrNull, description: "the [stores.<name>] that keeps it" },
  by_status: counts,
  lock_holder_pid: { type: ["integer", "null"], description: "who has the dispatch lock at this moment" },
  last_tick: orNull(
    record({
      pid: whole,
      start_time: text,
      host: text,
      since_at_ms: instant,
      until_at_ms: instantOrNull,
      reconciled: textOrNull,
      is_alive: { type: ["boolean", "null"], description: "null: on another host" },
    }),
  ),
  slots: record({ home_used: whole, home_max: whole, board_used: whole, board_max: wholeOrNull }),
  pauses: list(pause),
  held: list(record({ reason: text, count: whole, task_ids: list(text) })),
  slots_holder: textOrNull,
  configuration: list(record({ path: textOrNull, detail: text })),
  unread_boards: list(record({ board: text, problem: text })),
  residents: list(record({ pid: whole, start_time: text, since_at_ms: instant, boards: list(text) })),
  stopped_residents: list(record({ pid: whole, start_time: text, since_at_ms: instant, boards: list(text) })),
  hosts: list(
    record({
      id: text,
      machine: text,
      state: oneOf(hostStates),
      is_this: { ...flag, description: "it is this home" },
      silent_ms: whole,
      slots: whole,
      slots_free: whole,
      profiles: list(text),
      labels: list(text),
      running: { ...whole, description: "runs of this board" },
    }),
    "of a board on a server: who dispatches it, or runs something of it",
  ),
  by_hold: counts,
  repeats: record({
    count: whole,
    next: orNull(record({ id: whole, title: text, next_at_ms: instant })),
    problems: list(record({ id: whole, title: text, problem: text })),
  }),
};

/** What there is beside tasks, by its name in the OpenAPI document. */
export const homeSchemas: Readonly<Record<string, JsonSchema>> = {
  Session: record({
    access: oneOf(["full", "read"]),
    actor: { type: "string", description: "who is named in the history" },
    home: text,
    board: { type: "string", description: "the one that is used where none is named" },
    version: text,
    is_dispatching: { type: "boolean", description: "this server is a resident dispatcher too" },
    at_ms: instant,
  }),
  Board: record({
    slug: text,
    name: text,
    store: { ...textOrNull, description: "the [stores.<name>] that keeps it; null: a file of this machine" },
    is_current: flag,
    tasks: { type: ["integer", "null"], description: "null where it cannot be opened: see problem" },
    by_status: counts,
    problem: textOrNull,
  }),
  Pause: pause,
  BoardStatus: record(status),
  Status: record({ ...status, last_event_id: whole }),
  Stats: record({
    by_status: counts,
    by_outcome: counts,
    tasks: whole,
    runs: whole,
    events: whole,
    assignees: list(record({ name: text, by_status: counts })),
    tenants: list(text),
  }),
  Profile: record({
    name: text,
    command: list(text),
    completes: text,
    max_in_progress: wholeOrNull,
    max_runtime_ms: wholeOrNull,
    grace_ms: whole,
    max_retries: wholeOrNull,
    program: textOrNull,
    problem: textOrNull,
    paused: orNull(record({ until_at_ms: instantOrNull, reason: text })),
  }),
  TickReport: record({
    board: text,
    lock: oneOf(["taken", "skipped", "unavailable"]),
    skipped_locked: flag,
    holder: orNull(record({ pid: whole, host: text, since_at_ms: instant })),
    spawned: list(record({ task_id: text, run_id: whole, profile: text, pid: whole, workspace_path: text })),
    promoted: list(text),
    repeated: list(
      record({
        repeat_id: whole,
        title: text,
        due_at_ms: instant,
        task_id: { ...textOrNull, description: "null: passed, for a task of it is open" },
        passed_for_task_id: textOrNull,
      }),
    ),
    ...(Object.fromEntries(outcomes.map((name) => [name, ended])) as Record<
      (typeof outcomes)[number],
      typeof ended
    >),
    held: list(record({ task_id: text, reason: text, detail: text })),
    findings: list(
      record({
        about: text,
        task_id: textOrNull,
        run_id: wholeOrNull,
        path: textOrNull,
        detail: text,
        hint: textOrNull,
      }),
      "what is wrong with one thing alone, told once by each dispatcher",
    ),
    duration_ms: { type: "number" },
  }),
  Failure: record({ kind: text, message: text, hint: textOrNull }),
  Ticks: record({
    boards: list(ref("TickReport")),
    failed: list(record({ board: text, error: ref("Failure") })),
  }),
};
