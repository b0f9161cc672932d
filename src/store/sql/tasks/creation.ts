import { BoardError } from "../../../board/error.ts";
import { requireStorable } from "../../../board/storable-text.ts";
import { type NewTask, type Task, validateTask } from "../../../board/task.ts";
import type { By } from "../../store.ts";
import type { BatchTask, CreatedTasks, TaskBatch } from "../../task-batch.ts";
import type { Value } from "../connection.ts";
import { formatAsks } from "../rows/asks-column.ts";
import { muchRows } from "../rows/much-rows.ts";
import { RowInserts } from "../rows/row-inserts.ts";
import { toSeconds } from "../rows/rows.ts";
import { appendEvent, appendEvents, type EventEntry, type Scope } from "../scope.ts";
import { Done, each, type Steps } from "../steps.ts";
import { addFirstLink, linkTasks, requireParent } from "./links.ts";
import { freeTaskId, SortedTaskIds } from "./task-ids.ts";
import { requireTask } from "./task-lookup.ts";
import { setDue } from "./tasks.ts";

/** Makes a task, or hands out the unarchived one that has the same idempotency key. */
export function* createTask(scope: Scope, input: NewTask, by: By): Steps<{ task: Task; existing: boolean }> {
  const { db } = scope;
  const { id, existing } = yield* placeTask(scope, input, {
    parents: input.parents ?? [],
    actor: by.actor,
    nextId: () => freeTaskId(db),
    add: (row) => newTasks.insert(db, [row]),
    tell: (event) => appendEvent(scope, event),
    flush: () => new Done(undefined),
  });
  return { task: yield* requireTask(db, id), existing };
}

const tasksAtOnce = 500;

/** Makes all of a batch; after a refusal goes on only to hear of the others, for the caller's transaction ends. */
export function* createTasks(
  scope: Scope,
  { tasks, awaitedBy, onRefused }: TaskBatch,
  by: By,
): Steps<CreatedTasks> {
  const { db } = scope;
  // What does not fit is written to the log again and again, for ids are random.
  yield* db.expectMuch();
  const rows: Value[][] = [];
  const events: EventEntry[] = [];
  // Together: each statement for itself would look up, and write down, the number of the last event.
  const flush = function* () {
    yield* newTasks.insert(db, rows.splice(0));
    yield* appendEvents(scope, events.splice(0));
  };
  const free = new SortedTaskIds(db, flush);
  const ids: string[] = [];
  let existing = 0;
  let refusal: BoardError | null = null;
  for (const input of tasks) {
    const earlier = (input.earlierParents ?? []).map((position) => idAt(ids, position));
    // One that was refused has none, and its children are not to blame.
    const parents = [...(input.parents ?? []), ...earlier.filter((id) => id !== "")];
    try {
      requireStorable(input, "task");
      const made = yield* placeTask(scope, input, {
        parents,
        actor: by.actor,
        nextId: () => free.next(),
        add: (row) => new Done(void rows.push(row)),
        tell: (event) => new Done(void events.push(event)),
        flush,
      });
      if (rows.length >= tasksAtOnce) yield* flush();
      ids.push(made.id);
      if (made.existing) existing += 1;
    } catch (error) {
      if (onRefused === undefined || !isRefusal(error)) throw error;
      refusal ??= error;
      ids.push("");
      onRefused(error);
    }
  }
  if (refusal !== null) throw refusal;
  yield* flush();
  if (ids.length >= muchRows) yield* db.noteMuch();
  for (const parentId of awaitedBy === undefined ? [] : ids)
    yield* linkTasks(scope, { parentId, childId: awaitedBy ?? "" }, by);
  return { ids, existing };
}

function idAt(ids: readonly string[], position: number): string {
  const id = ids[position];
  if (id === undefined) throw new Error(`position ${position} is none of an earlier task of the batch`);
  return id;
}

/** An error that is about the one task, not about the board. */
function isRefusal(error: unknown): error is BoardError {
  return error instanceof BoardError && ["usage", "not_found", "conflict"].includes(error.kind);
}

interface Placing {
  readonly parents: readonly string[];
  readonly actor: string;
  readonly nextId: () => Steps<string>;
  /** Writes the row of a task, now or with others. */
  readonly add: (row: Value[]) => Steps<void>;
  /** Writes an event, now or with others. */
  readonly tell: (event: EventEntry) => Steps<void>;
  /** Writes what was put off: tasks are going to be looked for. */
  readonly flush: () => Steps<void>;
}

function* placeTask(
  scope: Scope,
  input: BatchTask,
  placing: Placing,
): Steps<{ id: string; existing: boolean }> {
  validateTask(input);
  const key = input.idempotencyKey ?? null;
  if (key !== null || placing.parents.length > 0) yield* placing.flush();
  const winner = yield* findByKey(scope, key);
  if (winner !== null) return { id: winner, existing: true };
  const { actor, tell } = placing;
  const parents = [...new Set(placing.parents)];
  const found = yield* each(parents, (parentId) => requireParent(scope.db, parentId));
  const openParents = found.filter(({ isOpen }) => isOpen).length;
  const status = firstStatus(input, openParents);
  const id = yield* placing.nextId();
  yield* placing.add(toRow(id, input, { status, createdBy: actor, nowS: scope.nowS }));
  for (const parentId of parents) yield* addFirstLink(scope.db, { parentId, childId: id });
  if (input.dueAtMs != null) yield* setDue(scope, id, input.dueAtMs);

  yield* tell({
    taskId: id,
    kind: "created",
    actor,
    payload: { assignee: input.assignee ?? null, status, parents, tenant: input.tenant ?? null },
  });
  const { blocked } = input;
  if (input.isDone) yield* tell({ taskId: id, kind: "completed", actor, payload: { summary: null } });
  if (blocked)
    yield* tell({
      taskId: id,
      kind: "blocked",
      actor,
      payload: { reason: blocked.reason, kind: blocked.kind },
    });
  return { id, existing: false };
}

function* findByKey({ db }: Scope, key: string | null): Steps<string | null> {
  if (key === null) return null;
  const sql =
    "SELECT id FROM tasks WHERE idempotency_key = :key AND status <> 'archived' ORDER BY created_at, rowid LIMIT 1";
  return (yield* db.get<{ id: string }>(sql, { key }))?.id ?? null;
}

function firstStatus({ triage, blocked, dueAtMs, isDone }: BatchTask, openParents: number): Task["status"] {
  if (isDone) return "done";
  if (triage) return "triage";
  if (blocked && blocked.kind !== "dependency") return "blocked";
  // A block for a dependency is a wait for parents: it ends when they are done, and without one it never would.
  if (blocked && openParents === 0)
    throw new BoardError("usage", "a task without an open parent cannot be blocked by a dependency", {
      hint: "name the parent, or block it with another kind",
    });
  if (dueAtMs != null) return "scheduled";
  return openParents > 0 ? "todo" : "ready";
}

const columns = [
  ...["id", "title", "body", "assignee", "status", "priority", "created_by", "created_at", "workspace_kind"],
  ...["workspace_path", "branch_name", "project_id", "tenant", "idempotency_key", "max_runtime_seconds"],
  ...["skills", "model_override", "provider_override", "max_retries", "goal_mode", "goal_max_turns"],
  ...["session_id", "block_kind", "completed_at", "kanbun_asks"],
];
const newTasks = new RowInserts("tasks", columns);

function toRow(
  id: string,
  input: NewTask,
  { status, createdBy, nowS }: { status: Task["status"]; createdBy: string; nowS: number },
): Value[] {
  return [
    id,
    input.title,
    input.body ?? null,
    input.assignee ?? null,
    status,
    input.priority ?? 0,
    createdBy,
    nowS,
    input.workspaceKind ?? "scratch",
    input.workspacePath ?? null,
    input.branchName ?? null,
    input.projectId ?? null,
    input.tenant ?? null,
    input.idempotencyKey ?? null,
    toSeconds(input.maxRuntimeMs),
    input.skills && input.skills.length > 0 ? JSON.stringify(input.skills) : null,
    input.modelOverride ?? null,
    input.providerOverride ?? null,
    input.maxRetries ?? null,
    input.goalMode ? 1 : 0,
    input.goalMaxTurns ?? null,
    input.sessionId ?? null,
    input.blocked?.kind ?? null,
    status === "done" ? nowS : null,
    formatAsks(input),
  ];
}
