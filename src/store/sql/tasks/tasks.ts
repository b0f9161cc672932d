import { BoardError } from "../../../board/error.ts";
import { requireLegalMove } from "../../../board/moves.ts";
import {
  type Task,
  type TaskEdit,
  type TaskPatch,
  type VerdictPatch,
  validateTask,
} from "../../../board/task.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { formatAsks } from "../rows/asks-column.ts";
import { toSeconds } from "../rows/rows.ts";
import { correctVerdict } from "../runs/corrections.ts";
import { appendEvent, type Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { requireTask } from "./task-lookup.ts";

/** Columns of tasks, but for the last two: what is asked of the host is one column. */
const editableColumns: Readonly<Record<keyof TaskPatch, string>> = {
  title: "title",
  result: "result",
  body: "body",
  priority: "priority",
  tenant: "tenant",
  workspaceKind: "workspace_kind",
  workspacePath: "workspace_path",
  branchName: "branch_name",
  skills: "skills",
  modelOverride: "model_override",
  providerOverride: "provider_override",
  maxRuntimeMs: "max_runtime_seconds",
  maxRetries: "max_retries",
  host: "host",
  labels: "labels",
};

/** Changes the given columns; a running worker has read the old ones and goes on. */
export function* editTask(scope: Scope, id: string, edit: TaskEdit, by: By): Steps<Task> {
  const { unlessChanged, summary, metadata, ...patch } = edit;
  validateTask(edit);
  const task = yield* requireTask(scope.db, id);
  if (unlessChanged !== undefined) requireSame(task, unlessChanged);
  requireLegalMove("edit", task);
  const fields = (Object.keys(patch) as (keyof TaskPatch)[]).filter((key) => patch[key] !== undefined);
  const said: VerdictPatch = {
    ...(summary === undefined ? {} : { summary }),
    ...(metadata === undefined ? {} : { metadata }),
  };
  const saidNames = Object.keys(said);
  if (fields.length + saidNames.length === 0)
    throw new BoardError("usage", "nothing to change was given", { hint: "see `kanbun edit --help`" });
  if (fields.includes("host") || fields.includes("labels")) yield* place(scope.db, task, patch);
  for (const field of fields.filter((one): one is ColumnField => one !== "host" && one !== "labels"))
    yield* scope.db.send(`UPDATE tasks SET ${editableColumns[field]} = :value WHERE id = :id`, {
      id,
      value: toColumn(field, patch),
    });
  const runId = saidNames.length === 0 ? null : yield* correctVerdict(scope, task, said);
  const names = [...fields.map((field) => editableColumns[field]), ...saidNames];
  const event = saidNames.length === 0 ? describeSmallEdit(fields, patch) : null;
  yield* appendEvent(scope, {
    taskId: id,
    runId,
    actor: by.actor,
    ...(event ?? { kind: "edited", payload: { fields: names } }),
  });
  return yield* requireTask(scope.db, id);
}

function* place(
  db: Connection,
  task: Task,
  { host = task.host, labels = task.labels }: TaskPatch,
): Steps<void> {
  const asks = formatAsks({ host, labels });
  yield* db.send("UPDATE tasks SET kanbun_asks = :asks WHERE id = :id", { id: task.id, asks });
}

/** @throws {BoardError} conflict when a field that can be edited is not as it was */
function requireSame(task: Task, before: Task): void {
  const changed = (Object.keys(editableColumns) as (keyof TaskPatch)[]).filter(
    (field) => JSON.stringify(task[field]) !== JSON.stringify(before[field]),
  );
  if (changed.length === 0) return;
  const columns = changed.map((field) => editableColumns[field]).join(", ");
  throw new BoardError("conflict", `${task.id} has been changed by someone else meanwhile: ${columns}`, {
    hint: `look at it with \`kanbun show ${task.id}\`, then change it again`,
  });
}

/** null: it is one like any other. */
function describeSmallEdit(fields: readonly (keyof TaskPatch)[], patch: TaskPatch) {
  if (fields.every((field) => field === "priority"))
    return { kind: "reprioritized", payload: { priority: patch.priority } } as const;
  if (fields.every((field) => field === "modelOverride" || field === "providerOverride"))
    return {
      kind: "model_override_set",
      payload: { model: patch.modelOverride, provider: patch.providerOverride },
    } as const;
  return null;
}

type ColumnField = Exclude<keyof TaskPatch, "host" | "labels">;

function toColumn(field: ColumnField, patch: TaskPatch): string | number | null {
  if (field === "skills") return JSON.stringify(patch.skills ?? []);
  if (field === "maxRuntimeMs") return toSeconds(patch.maxRuntimeMs);
  return patch[field] ?? null;
}

/** Sets or clears the instant before which the task is not claimed. */
export function* setDue(scope: Scope, taskId: string, dueAtMs: number | null): Steps<void> {
  if (dueAtMs === null)
    yield* scope.db.send(
      "UPDATE kanbun_tasks SET not_before_ms = NULL WHERE task_id = :taskId AND not_before_ms IS NOT NULL",
      {
        taskId,
      },
    );
  else
    yield* scope.db.send(
      `INSERT INTO kanbun_tasks (task_id, not_before_ms) VALUES (:taskId, :dueAtMs)
       ON CONFLICT (task_id) DO UPDATE SET not_before_ms = excluded.not_before_ms`,
      { taskId, dueAtMs },
    );
}
