import { partCharsMax } from "../../../board/cut-text.ts";
import type { BlockKind, ListedTask, Task, TaskStatus, WorkspaceKind } from "../../../board/task.ts";
import { formatTables } from "../schema/format-schema.ts";
import { toPlacement } from "./asks-column.ts";
import { toJson } from "./json-column.ts";
import { oddity, toDueMs, toMs, toText, toTextOrNull, toWhole } from "./odd-values.ts";

/** Columns of `tasks` as the database has them: seconds, and null where a board of an older make lacks one. */
export interface TaskRow {
  readonly id: string;
  readonly title: string;
  readonly body: string | null;
  readonly assignee: string | null;
  readonly status: TaskStatus;
  readonly priority: number | null;
  readonly created_by: string | null;
  readonly created_at: number;
  readonly started_at: number | null;
  readonly completed_at: number | null;
  readonly workspace_kind: WorkspaceKind;
  readonly workspace_path: string | null;
  readonly branch_name: string | null;
  readonly project_id: string | null;
  readonly claim_lock: string | null;
  readonly claim_expires: number | null;
  readonly tenant: string | null;
  readonly result: string | null;
  readonly idempotency_key: string | null;
  readonly consecutive_failures: number;
  readonly worker_pid: number | null;
  readonly last_failure_error: string | null;
  readonly max_runtime_seconds: number | null;
  readonly last_heartbeat_at: number | null;
  readonly current_run_id: number | null;
  readonly skills: string | null;
  readonly model_override: string | null;
  readonly provider_override: string | null;
  readonly reasoning_effort?: string | null;
  readonly max_retries: number | null;
  readonly goal_mode: number | null;
  readonly goal_max_turns: number | null;
  readonly session_id: string | null;
  readonly block_kind: BlockKind | null;
  readonly not_before_ms: unknown;
  readonly author: string | null;
  readonly in_review: number | null;
  readonly kanbun_asks: unknown;
  /** The first of its columns that can't be used, and its value; null for a sound row. */
  readonly oddity: string | null;
}

/** SQL: every column that there is of a task `t`, and what Kanbun keeps beside it, `k`. */
const taskColumns = `t.*, k.not_before_ms, k.author, k.in_review, ${oddity} AS oddity`;

/** The one way to select tasks. */
export const selectTask = `SELECT ${taskColumns} FROM tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id`;

const longColumns: readonly string[] = ["body", "result", "last_failure_error"];
const listedColumns = (formatTables.tasks ?? [])
  .map((column) => column.split(" ", 1)[0] ?? "")
  .filter((name) => !longColumns.includes(name))
  .map((name) => `t.${name}`);

/** The same for lists: nothing that is not shown there is read, and of an error its beginning. */
export const selectListedTask = `SELECT ${listedColumns.join(", ")},
  substr(t.last_failure_error, 1, ${partCharsMax}) AS last_failure_error, k.not_before_ms, k.author, k.in_review,
  ${oddity} AS oddity
  FROM tasks t LEFT JOIN kanbun_tasks k ON k.task_id = t.id`;

export function toTask(row: TaskRow): Task {
  return { ...toListedTask(row), body: toTextOrNull(row.body), result: toTextOrNull(row.result) };
}

type ListedRow = Omit<TaskRow, "body" | "result">;

/** Whatever stands in it: what can't be used is left out, or shown as a text, and `oddity` names it. */
export function toListedTask(row: ListedRow): ListedTask {
  return row.oddity === null ? toSound(row) : toSound({ ...row, ...sanitise(row) });
}

function sanitise(row: ListedRow): Partial<ListedRow> {
  const texts = ["assignee", "created_by", "workspace_path", "branch_name", "project_id", "tenant"] as const;
  const more = ["idempotency_key", "last_failure_error", "skills", "model_override"] as const;
  const rest = ["provider_override", "session_id", "block_kind"] as const;
  return {
    ...Object.fromEntries([...texts, ...more, ...rest].map((name) => [name, toTextOrNull(row[name])])),
    id: toText(row.id),
    title: toText(row.title),
    status: toText(row.status) as TaskStatus,
    workspace_kind: toText(row.workspace_kind) as WorkspaceKind,
    priority: toWhole(row.priority, Number.MIN_SAFE_INTEGER),
    max_retries: toWhole(row.max_retries),
    goal_max_turns: toWhole(row.goal_max_turns),
  };
}

/** Of a list that is none: see `isOdd`. */
function oddSkills(skills: string | null): string | null {
  if (skills == null || Array.isArray(toJson(skills))) return null;
  return `skills = '${skills.slice(0, 40)}'`;
}

function toSound(row: ListedRow): ListedTask {
  return {
    id: row.id,
    title: row.title,
    assignee: row.assignee,
    status: row.status,
    priority: row.priority ?? 0,
    createdBy: row.created_by,
    createdAtMs: toMs(row.created_at) ?? 0,
    startedAtMs: toMs(row.started_at),
    completedAtMs: toMs(row.completed_at),
    workspaceKind: row.workspace_kind,
    workspacePath: row.workspace_path ?? null,
    branchName: row.branch_name ?? null,
    projectId: row.project_id ?? null,
    tenant: row.tenant ?? null,
    idempotencyKey: row.idempotency_key ?? null,
    skills: toStrings(row.skills),
    modelOverride: row.model_override ?? null,
    providerOverride: row.provider_override ?? null,
    reasoningEffort: row.reasoning_effort ?? null,
    maxRuntimeMs: toMs(row.max_runtime_seconds),
    maxRetries: row.max_retries ?? null,
    goalMode: row.goal_mode === 1,
    goalMaxTurns: row.goal_max_turns ?? null,
    sessionId: row.session_id ?? null,
    ...toPlacement(row.kanbun_asks),
    currentRunId: toWhole(row.current_run_id),
    claimLock: row.claim_lock ?? null,
    claimExpiresAtMs: toMs(row.claim_expires),
    workerPid: toWhole(row.worker_pid, 1),
    lastHeartbeatAtMs: toMs(row.last_heartbeat_at),
    consecutiveFailures: toWhole(row.consecutive_failures) ?? 0,
    lastFailureError: row.last_failure_error ?? null,
    blockKind: row.block_kind ?? null,
    author: row.in_review === 1 ? row.author : null,
    dueAtMs: toDueMs(row.not_before_ms),
    oddity: row.oddity ?? oddSkills(row.skills),
  };
}

function toStrings(json: string | null): readonly string[] {
  const value = toJson(json);
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
