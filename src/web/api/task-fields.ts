import { blockKinds, workspaceKinds } from "../../board/task.ts";
import {
  flag,
  instantOrNull,
  object,
  oneOf,
  orNull,
  text,
  textOrNull,
  whole,
  wholeOrNull,
} from "../../home/schema/json-schema.ts";

/** What an edit may change; a field that is left out stays as it is. */
const editable = {
  body: textOrNull,
  priority: whole,
  tenant: textOrNull,
  workspace_kind: oneOf(workspaceKinds),
  workspace_path: textOrNull,
  branch_name: textOrNull,
  host: { ...textOrNull, description: "only this host starts it: a machine's name, or a home's id" },
  labels: {
    type: "array",
    items: text,
    maxItems: 200,
    description: "only a host that has all of these starts it",
  },
  skills: { type: "array", items: text, maxItems: 200 },
  model_override: textOrNull,
  provider_override: textOrNull,
  max_runtime_ms: wholeOrNull,
  max_retries: wholeOrNull,
} as const;

/** What every change may name, so that a tab which has not seen the newest state changes nothing. */
export const expectation = {
  expected_revision: {
    type: "integer",
    description: "refused as a conflict when the task has changed since",
  },
  expected_run_id: {
    type: ["integer", "null"],
    description: "refused as a conflict when another run is open, or none",
  },
} as const;

export const newTask = object(
  {
    title: text,
    ...editable,
    assignee: { ...textOrNull, description: "a profile; `shell` runs the body as a command" },
    parents: { type: "array", items: text, maxItems: 1_000 },
    idempotency_key: {
      ...textOrNull,
      description: "a request that is repeated with it makes no second task",
    },
    project_id: textOrNull,
    goal_mode: flag,
    goal_max_turns: wholeOrNull,
    session_id: textOrNull,
    due_at_ms: instantOrNull,
    triage: flag,
    blocked: orNull(object({ reason: textOrNull, kind: orNull(oneOf(blockKinds)) }, ["reason", "kind"])),
  },
  ["title"],
);

export const taskPatch = object({ title: text, ...editable, ...expectation });

export const newComment = object({ body: { type: "string", minLength: 1 } }, ["body"]);
export const newLink = object({ parent_id: text }, ["parent_id"]);
