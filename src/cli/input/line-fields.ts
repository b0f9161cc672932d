import { blockKinds, type NewTask, workspaceKinds } from "../../board/task.ts";
import * as json from "./json-values.ts";
import { moment } from "./moment-value.ts";
import { duration } from "./option-values.ts";
import { readWorkspace } from "./workspace-value.ts";

/** What a line says with one of its fields. */
type Said = Partial<NewTask> & { readonly reason?: string | null; readonly kind?: unknown };

type Field = (value: unknown) => Said;

const blockKind = json.oneOf(blockKinds);
const aDuration = json.asTyped(duration, 'a duration such as "30m"');
const aMoment = json.asTyped(moment, 'a moment such as "+30m" or "2026-10-17 09:30"');

/** What a line may have, in the names of the options; `key`, `parent` and `run` beside it. */
const fields: Readonly<Record<string, Field>> = {
  title: (value) => ({ title: json.text(value) }),
  body: (value) => ({ body: json.text(value) }),
  assignee: (value) => ({ assignee: assignee(value) }),
  priority: (value) => ({ priority: json.wholeNumber(value) }),
  tenant: (value) => ({ tenant: json.textOrNothing(value) }),
  "idempotency-key": (value) => ({ idempotencyKey: json.textOrNothing(value) }),
  workspace: (value) => readWorkspace(json.text(value) || "scratch"),
  branch: (value) => ({ branchName: json.textOrNothing(value) }),
  project: (value) => ({ projectId: json.textOrNothing(value) }),
  host: (value) => ({ host: json.textOrNothing(value) }),
  label: (value) => ({ labels: json.textOrTexts(value) }),
  skill: (value) => ({ skills: json.textOrTexts(value) }),
  model: (value) => ({ modelOverride: json.textOrNothing(value) }),
  provider: (value) => ({ providerOverride: json.textOrNothing(value) }),
  "max-runtime": (value) => ({ maxRuntimeMs: aDuration(value) }),
  "max-retries": (value) => ({ maxRetries: json.wholeNumber(value) }),
  goal: (value) => ({ goalMode: json.flag(value) }),
  "goal-max-turns": (value) => ({ goalMaxTurns: json.wholeNumber(value) }),
  session: (value) => ({ sessionId: json.textOrNothing(value) }),
  at: (value) => ({ dueAtMs: aMoment(value) }),
  triage: (value) => ({ triage: json.flag(value) }),
  blocked: (value) => block(value),
  reason: (value) => ({ reason: json.textOrNothing(value) }),
  kind: (value) => ({ kind: blockKind(value) }),
};

/** The names of `--json`, which were the only ones once. */
const oldFields: Readonly<Record<string, Field>> = {
  workspace_kind: (value) => ({ workspaceKind: json.oneOf(workspaceKinds)(value) }),
  workspace_path: (value) => ({ workspacePath: json.textOrNothing(value) }),
  branch_name: (value) => fields.branch?.(value) ?? {},
  project_id: (value) => fields.project?.(value) ?? {},
  skills: (value) => ({ skills: json.texts(value) }),
  labels: (value) => ({ labels: json.texts(value) }),
  model_override: (value) => fields.model?.(value) ?? {},
  provider_override: (value) => fields.provider?.(value) ?? {},
  max_runtime_ms: (value) => ({ maxRuntimeMs: json.wholeNumber(value) }),
  goal_mode: (value) => fields.goal?.(value) ?? {},
  session_id: (value) => fields.session?.(value) ?? {},
  due_at_ms: (value) => ({ dueAtMs: json.wholeNumber(value) }),
};

/** Of all fields, to suggest one of them. */
export const fieldNames: readonly string[] = Object.keys(fields);

/** How a field is read; `_` may stand for `-` in its name. null: there is none. */
export function findField(name: string): Field | null {
  if (Object.hasOwn(oldFields, name)) return oldFields[name] ?? null;
  const typed = name.replaceAll("_", "-");
  return Object.hasOwn(fields, typed) ? (fields[typed] ?? null) : null;
}

/** `none` is no profile. */
function assignee(value: unknown): string | null {
  const name = json.text(value);
  return name === "none" || name === "" ? null : name;
}

/** true, with `reason` and `kind` beside it; or an object of them. */
function block(value: unknown): Said {
  if (typeof value === "boolean") return value ? { blocked: { reason: null, kind: null } } : {};
  const { reason, kind, ...rest } = (value ?? {}) as Record<string, unknown>;
  const isObject = typeof value === "object" && !Array.isArray(value);
  if (!isObject || Object.keys(rest).length > 0)
    throw json.notThat('true or false, or an object of "reason" and "kind"');
  return {
    blocked: {
      reason: reason == null ? null : json.textOrNothing(reason),
      kind: kind == null ? null : blockKind(kind),
    },
  };
}
