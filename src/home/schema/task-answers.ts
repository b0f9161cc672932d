import {
  anything,
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

const command = { type: ["string", "null"], description: "what to type; null: nothing" } as const;
const worker = {
  type: ["string", "null"],
  description: "what became of its worker: gone, stopping; null: it had none",
} as const;
const cost = { type: ["number", "null"], description: "in US dollars, as the agent says" } as const;
const elsewhere = {
  ...orNull(record({ hostname: text, home: text, size_bytes: whole })),
  description:
    "the machine and home that have the whole log, of which the text is the end, below a line that says so; null: it is here",
} as const;
const origin = {
  ...orNull(record({ repeat_id: whole, due_at_ms: instantOrNull, repeat: orNull(ref("Repeat")) })),
  description: "of a task that is made again and again",
} as const;
const redone = {
  below: list(text, "ids of the tasks below it that are done again"),
  stopped: list(text, "ids of those whose workers were stopped"),
};

/** What a verb answers that was said of several tasks. @param kinds what it says of one beside its id */
function several(...kinds: readonly Readonly<Record<string, JsonSchema>>[]): JsonSchema {
  return record({
    results: list(
      {
        anyOf: [
          ...kinds.map((kind) => record({ task_id: text, ok: { const: true }, ...kind })),
          record({ task_id: text, ok: { const: false }, error: ref("Failure") }),
        ],
      },
      "in the order in which they were named",
    ),
    moved: whole,
    failed: { type: "integer", description: "more than none: the exit code is 1" },
  });
}

/** The same of one task, or of several. */
function oneOrSeveral(kind: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { anyOf: [record(kind), several(kind)] };
}

/** What answers about tasks have in common, by their names in a schema. */
export const taskAnswerParts: Readonly<Record<string, JsonSchema>> = {
  MovedTask: record({ task: ref("Task"), worker }),
  RedoneTask: record({ task: ref("Task"), worker, ...redone }),
  MovedTasks: several({ task: ref("Task"), worker }, { task: ref("Task"), worker, ...redone }),
  Log: record({
    task_id: text,
    run_id: wholeOrNull,
    path: text,
    size_bytes: whole,
    is_cut: { ...flag, description: "there is more than the first MiB" },
    elsewhere,
    text,
  }),
};

const moved: JsonSchema = { anyOf: [ref("MovedTask"), ref("MovedTasks")] };
const logOf = {
  outcome: textOrNull,
  error: textOrNull,
  task_id: text,
  run_id: wholeOrNull,
  path: text,
  size_bytes: whole,
  is_cut: flag,
  elsewhere,
  text,
};
const link = oneOrSeveral({ parent_id: text, child_id: text, task: ref("Task") });
const attachments = record({ task_id: text, attachments: list(ref("Attachment")) });
const planned = { task: ref("Task"), cost_usd: cost };

/** What each verb about tasks answers with `--json`, by what is typed: of streams each line. */
export const taskAnswers: Readonly<Record<string, JsonSchema>> = {
  run: record({
    task: ref("Task"),
    run: orNull(ref("Run")),
    exit_code: { type: "integer", description: "the command's own, and that of the worker" },
  }),
  create: record({
    task: ref("Task"),
    is_existing: { ...flag, description: "a task had this idempotency key already" },
  }),
  "create --from": record({
    created: whole,
    existing: { type: "integer", description: "how many were there already, by their keys" },
    task_ids: list(text, "in the order of the lines"),
  }),
  list: record({ tasks: list(ref("ListedTask")) }),
  search: {
    ...record({
      hits: list(
        record({ task: ref("ListedTask"), found: orNull(record({ field: text, text })) }),
        "the best first",
      ),
      is_cut: flag,
    }),
    properties: {
      hits: list(
        record({ task: ref("ListedTask"), found: orNull(record({ field: text, text })) }),
        "the best first",
      ),
      is_cut: flag,
      logs: {
        ...record({
          hits: list(record({ task: ref("ListedTask"), run_id: whole, line: text })),
          is_cut: flag,
        }),
        description: "with --logs",
      },
    },
  },
  show: record({
    task: ref("Task"),
    parents: list(ref("RelatedTask")),
    children: list(ref("RelatedTask")),
    comments: list(ref("Comment")),
    questions: list(ref("Question"), "oldest first"),
    attachments: list(ref("Attachment")),
    runs: list(ref("Run"), "oldest first"),
    hold: ref("Hold"),
    repeat: origin,
  }),
  edit: oneOrSeveral({ task: ref("Task") }),
  assign: moved,
  comment: oneOrSeveral({ task_id: text, comment: ref("Comment") }),
  specify: oneOrSeveral({ ...planned, specification: text, is_written: flag }),
  decompose: record({
    ...planned,
    tasks: list(anything, "what `create` would be given"),
    task_ids: list(text, "those that were made"),
  }),
  swarm: record({ root: text, workers: list(text), verifier: text, synthesizer: text }),
  attach: attachments,
  attachments,
  "attach-rm": record({
    id: whole,
    task_id: text,
    filename: text,
    stored_path: text,
    content_type: textOrNull,
    size_bytes: whole,
    kept: { ...textOrNull, description: "why its file is still there" },
  }),
  "set-model": oneOrSeveral({ task: ref("Task") }),
  tree: ref("Tree"),
  link,
  unlink: link,
  runs: record({ task_id: text, runs: list(ref("Run"), "oldest first") }),
  events: record({
    task_id: { ...textOrNull, description: "null: of the whole board" },
    events: list(ref("Event")),
  }),
  "events --follow": ref("Event"),
  tail: ref("Event"),
  log: ref("Log"),
  "log --failed": record({ logs: list({ anyOf: [record({ title: text, ...logOf }), record(logOf)] }) }),
  "log --follow": {
    ...record({ task_id: text, run_id: whole, text }),
    properties: {
      task_id: text,
      run_id: whole,
      text,
      is_from_start: { ...flag, description: "true: the log became shorter, what comes is all of it" },
    },
  },
  wait: record({
    tasks: list(
      record({
        task_id: text,
        title: text,
        standing: oneOf(["done", "stuck", "under_way"]),
        reason: text,
        detail: text,
        command,
      }),
    ),
  }),
  context: record({
    task_id: text,
    context: { type: "string", description: "the task with all that was said and tried" },
    prompt: text,
    profile: { ...textOrNull, description: "null: its assignee is none, and the prompt is the context" },
  }),
  claim: oneOrSeveral({
    task: ref("Task"),
    profile: text,
    is_review: flag,
    run_id: whole,
    token: { type: "string", description: "what proves that it is yours" },
    claim_lock: text,
    claim_expires_at_ms: instant,
  }),
  heartbeat: oneOrSeveral({ task_id: text, claim_expires_at_ms: instant }),
  complete: moved,
  block: moved,
  ask: moved,
  answer: moved,
  unblock: moved,
  retry: { anyOf: [ref("RedoneTask"), ref("MovedTasks")] },
  "request-review": moved,
  approve: moved,
  "request-changes": moved,
  promote: moved,
  "promote --dry-run": record({ task: ref("Task"), would_be: text }),
  schedule: moved,
  "rate-limited": moved,
  reclaim: moved,
  cancel: moved,
  archive: moved,
  restore: moved,
  delete: moved,
  explain: record({
    task_id: text,
    title: text,
    status: text,
    reason: text,
    detail: text,
    until_at_ms: { ...instantOrNull, description: "when time alone lifts it" },
    command,
    repeat: origin,
  }),
};
