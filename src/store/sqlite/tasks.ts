import { BoardError } from "../../board/error.ts";
import { requireLegalMove } from "../../board/moves.ts";
import { type BlockKind, type NewTask, type Task, type TaskPatch, validateTask } from "../../board/task.ts";
import type { By } from "../store.ts";
import type { Connection } from "./connection.ts";
import { addLink, countOpenParents, requireParent } from "./links.ts";
import { toSeconds } from "./rows.ts";
import { appendEvent, type Scope } from "./scope.ts";
import { requireTask } from "./task-lookup.ts";

/** Makes a task, or hands out the unarchived one that has the same idempotency key. */
export function createTask(scope: Scope, input: NewTask, by: By): { task: Task; existing: boolean } {
  validateTask(input);
  const { db } = scope;
  if (input.idempotencyKey != null) {
    const winner = db.get<{ id: string }>(
      "SELECT id FROM tasks WHERE idempotency_key = :key AND status <> 'archived' ORDER BY created_at, rowid LIMIT 1",
      { key: input.idempotencyKey },
    );
    if (winner) return { task: requireTask(db, winner.id), existing: true };
  }
  const parents = [...new Set(input.parents ?? [])];
  for (const parentId of parents) requireParent(db, parentId);

  const id = insertTask(scope, input, by);
  for (const parentId of parents) addLink(db, { parentId, childId: id });
  setNotBefore(scope, id, input.notBeforeMs ?? null);
  const status = firstStatus(db, id, input);
  db.run("UPDATE tasks SET status = :status WHERE id = :id", { status, id });

  appendEvent(scope, {
    taskId: id,
    kind: "created",
    actor: by.actor,
    payload: { assignee: input.assignee ?? null, status, parents, tenant: input.tenant ?? null },
  });
  if (input.blocked)
    appendEvent(scope, {
      taskId: id,
      kind: "blocked",
      actor: by.actor,
      payload: { reason: input.blocked.reason, kind: input.blocked.kind },
    });
  return { task: requireTask(db, id), existing: false };
}

function firstStatus(db: Connection, id: string, input: NewTask): Task["status"] {
  if (input.triage) return "triage";
  if (input.blocked) return firstBlockedStatus(db, id, input.blocked.kind);
  if (input.notBeforeMs != null) return "scheduled";
  return countOpenParents(db, id) > 0 ? "todo" : "ready";
}

/** A block for a dependency is a wait for parents: it ends when they are done, and without one it never would. */
function firstBlockedStatus(db: Connection, id: string, kind: BlockKind | null): Task["status"] {
  if (kind !== "dependency") return "blocked";
  if (countOpenParents(db, id) > 0) return "todo";
  throw new BoardError("usage", "a task without an open parent cannot be blocked by a dependency", {
    hint: "name the parent, or block it with another kind",
  });
}

function insertTask(scope: Scope, input: NewTask, by: By): string {
  for (;;) {
    const id = `t_${crypto.getRandomValues(Buffer.alloc(4)).toString("hex")}`;
    const inserted = scope.db.run(
      `INSERT INTO tasks (id, title, body, assignee, status, priority, created_by, created_at, workspace_kind,
         workspace_path, branch_name, project_id, tenant, idempotency_key, max_runtime_seconds, skills,
         model_override, provider_override, max_retries, goal_mode, goal_max_turns, session_id, block_kind)
       VALUES (:id, :title, :body, :assignee, 'ready', :priority, :createdBy, :createdAt, :workspaceKind,
         :workspacePath, :branchName, :projectId, :tenant, :idempotencyKey, :maxRuntime, :skills,
         :modelOverride, :providerOverride, :maxRetries, :goalMode, :goalMaxTurns, :sessionId, :blockKind)
       ON CONFLICT (id) DO NOTHING`,
      {
        id,
        title: input.title,
        body: input.body ?? null,
        assignee: input.assignee ?? null,
        priority: input.priority ?? 0,
        createdBy: by.actor,
        createdAt: scope.nowS,
        workspaceKind: input.workspaceKind ?? "scratch",
        workspacePath: input.workspacePath ?? null,
        branchName: input.branchName ?? null,
        projectId: input.projectId ?? null,
        tenant: input.tenant ?? null,
        idempotencyKey: input.idempotencyKey ?? null,
        maxRuntime: toSeconds(input.maxRuntimeMs),
        skills: input.skills && input.skills.length > 0 ? JSON.stringify(input.skills) : null,
        modelOverride: input.modelOverride ?? null,
        providerOverride: input.providerOverride ?? null,
        maxRetries: input.maxRetries ?? null,
        goalMode: input.goalMode ? 1 : 0,
        goalMaxTurns: input.goalMaxTurns ?? null,
        sessionId: input.sessionId ?? null,
        blockKind: input.blocked?.kind ?? null,
      },
    );
    if (inserted === 1) return id;
  }
}

const editableColumns: Readonly<Record<keyof TaskPatch, string>> = {
  title: "title",
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
};

/** Changes the given columns; a running worker has read the old ones and goes on. */
export function editTask(scope: Scope, id: string, patch: TaskPatch, by: By): Task {
  validateTask(patch);
  const task = requireTask(scope.db, id);
  requireLegalMove("edit", task);
  const fields = (Object.keys(patch) as (keyof TaskPatch)[]).filter((key) => patch[key] !== undefined);
  if (fields.length === 0)
    throw new BoardError("usage", "nothing to edit was given", { hint: "see `kanbun edit --help`" });
  for (const field of fields)
    scope.db.run(`UPDATE tasks SET ${editableColumns[field]} = :value WHERE id = :id`, {
      id,
      value: toColumn(field, patch),
    });
  const onlyPriority = fields.length === 1 && fields[0] === "priority";
  appendEvent(scope, {
    taskId: id,
    kind: onlyPriority ? "reprioritized" : "edited",
    actor: by.actor,
    payload: onlyPriority
      ? { priority: patch.priority }
      : { fields: fields.map((field) => editableColumns[field]) },
  });
  return requireTask(scope.db, id);
}

function toColumn(field: keyof TaskPatch, patch: TaskPatch): string | number | null {
  if (field === "skills") return JSON.stringify(patch.skills ?? []);
  if (field === "maxRuntimeMs") return toSeconds(patch.maxRuntimeMs);
  return patch[field] ?? null;
}

/** Sets or clears the instant before which the task is not claimed. */
export function setNotBefore(scope: Scope, taskId: string, notBeforeMs: number | null): void {
  if (notBeforeMs === null)
    scope.db.run(
      "UPDATE kanbun_tasks SET not_before_ms = NULL WHERE task_id = :taskId AND not_before_ms IS NOT NULL",
      {
        taskId,
      },
    );
  else
    scope.db.run(
      `INSERT INTO kanbun_tasks (task_id, not_before_ms) VALUES (:taskId, :notBeforeMs)
       ON CONFLICT (task_id) DO UPDATE SET not_before_ms = excluded.not_before_ms`,
      { taskId, notBeforeMs },
    );
}
