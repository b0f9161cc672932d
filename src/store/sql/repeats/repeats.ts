import { nextTime } from "../../../board/cron-time.ts";
import { BoardError } from "../../../board/error.ts";
import {
  type NewRepeat,
  type Overlap,
  type Repeat,
  readOverlap,
  readRepeatedTask,
  stepRepeat,
  validateRepeat,
  writeRepeatedTask,
} from "../../../board/repeat.ts";
import type { NewTask, Task } from "../../../board/task.ts";
import type { RepeatOrigin } from "../../repeats.ts";
import type { By } from "../../store.ts";
import type { Connection } from "../connection.ts";
import { toText, toWhole } from "../rows/odd-values.ts";
import type { Scope } from "../scope.ts";
import type { Steps } from "../steps.ts";
import { createTask } from "../tasks/creation.ts";
import { requireParent } from "../tasks/links.ts";
import { findOpenTask } from "./open-task.ts";

interface RepeatRow {
  readonly id: number;
  readonly times: string;
  readonly time_zone: string;
  readonly overlap: string;
  readonly title: string;
  readonly task: string;
  readonly created_by: string;
  readonly created_at_ms: number;
  readonly paused_at_ms: number | null;
  readonly next_at_ms: number | null;
  readonly last_due_at_ms: number | null;
  readonly last_task_id: string | null;
  readonly passed_at_ms: number | null;
  readonly passed_for: string | null;
  readonly problem: string | null;
  readonly untold_stop_at_ms: number | null;
}

export function* addRepeat(scope: Scope, input: NewRepeat, by: By): Steps<Repeat> {
  const { db, nowMs } = scope;
  validateRepeat(input, nowMs);
  for (const parent of input.task.parents ?? []) yield* requireParent(db, parent);
  const { times, timeZone, overlap, task } = input;
  const id = yield* db.insert(
    `INSERT INTO kanbun_repeats (times, time_zone, overlap, title, task, created_by, created_at_ms, next_at_ms)
     VALUES (:times, :timeZone, :overlap, :title, :task, :actor, :nowMs, :nextAtMs)`,
    {
      ...{ times, timeZone, overlap, title: task.title, task: writeRepeatedTask(task) },
      ...{ actor: by.actor, nowMs, nextAtMs: nextTime(input, nowMs) },
    },
  );
  return yield* requireRepeat(db, id);
}

export function* listRepeats(db: Connection): Steps<Repeat[]> {
  return (yield* db.all<RepeatRow>("SELECT * FROM kanbun_repeats ORDER BY id")).map(toRepeat);
}

export function* requireRepeat(db: Connection, id: number): Steps<Repeat> {
  return toRepeat(yield* requireRow(db, id));
}

export function* pauseRepeat(scope: Scope, id: number): Steps<Repeat> {
  yield* scope.db.send(
    `UPDATE kanbun_repeats SET paused_at_ms = coalesce(paused_at_ms, :nowMs), next_at_ms = NULL WHERE id = :id`,
    { id, nowMs: scope.nowMs },
  );
  return yield* requireRepeat(scope.db, id);
}

export function* resumeRepeat({ db, nowMs }: Scope, id: number): Steps<Repeat> {
  const row = yield* requireRow(db, id);
  const task = readRepeatedTask(toText(row.task));
  const repeat = { times: toText(row.times), timeZone: toText(row.time_zone), task };
  validateRepeat({ ...repeat, overlap: readOverlap(toText(row.overlap)) }, nowMs);
  for (const parent of task.parents ?? []) yield* requireParent(db, parent);
  yield* db.send(
    `UPDATE kanbun_repeats SET paused_at_ms = NULL, problem = NULL, untold_stop_at_ms = NULL, next_at_ms = :nextAtMs
     WHERE id = :id`,
    { id, nextAtMs: nextTime(repeat, nowMs) },
  );
  return yield* requireRepeat(db, id);
}

export function* removeRepeat({ db }: Scope, id: number): Steps<Repeat> {
  const repeat = yield* requireRepeat(db, id);
  yield* db.send("DELETE FROM kanbun_repeats WHERE id = :id", { id });
  return repeat;
}

export function* runRepeat(scope: Scope, id: number, by: By): Steps<Task> {
  const { db } = scope;
  const row = yield* requireRow(db, id);
  const step = stepRepeat(
    {
      ...{ times: toText(row.times), timeZone: toText(row.time_zone), overlap: toText(row.overlap) },
      ...{ task: toText(row.task), openTask: by.force ? null : yield* findOpenTask(db, id) },
    },
    scope.nowMs,
  );
  if (step.do === "stop")
    throw new BoardError("usage", step.problem, {
      hint: `correct it with \`kanbun cron edit ${id}\`, or remove it and add it again`,
    });
  if (step.do === "pass")
    throw new BoardError("conflict", `its task ${step.forTaskId} is not done yet`, {
      hint: "wait for it, or give --force for another one beside it",
    });
  return yield* makeRepeatedTask(scope, step.task, { repeatId: id, dueAtMs: null, actor: by.actor });
}

/** Makes the task of one due time, and writes down whose it is. @throws {BoardError} as `createTask` */
export function* makeRepeatedTask(
  scope: Scope,
  input: NewTask,
  how: { readonly repeatId: number; readonly dueAtMs: number | null; readonly actor: string },
): Steps<Task> {
  const { repeatId, dueAtMs, actor } = how;
  const { task } = yield* createTask(scope, input, { actor });
  yield* scope.db.send(
    "INSERT INTO kanbun_repeated_tasks (task_id, repeat_id, due_at_ms) VALUES (:taskId, :repeatId, :dueAtMs)",
    { taskId: task.id, repeatId, dueAtMs },
  );
  yield* scope.db.send("UPDATE kanbun_repeats SET last_task_id = :taskId WHERE id = :repeatId", {
    taskId: task.id,
    repeatId,
  });
  return task;
}

export function* getRepeatOf(db: Connection, taskId: string): Steps<RepeatOrigin | null> {
  const made = yield* db.get<{ repeat_id: number; due_at_ms: number | null }>(
    "SELECT repeat_id, due_at_ms FROM kanbun_repeated_tasks WHERE task_id = :taskId",
    { taskId },
  );
  if (made === null) return null;
  const row = yield* getRow(db, made.repeat_id);
  return { repeatId: made.repeat_id, dueAtMs: made.due_at_ms, repeat: row === null ? null : toRepeat(row) };
}

function* getRow(db: Connection, id: number): Steps<RepeatRow | null> {
  return yield* db.get<RepeatRow>("SELECT * FROM kanbun_repeats WHERE id = :id", { id });
}

/** @throws {BoardError} not_found */
export function* requireRow(db: Connection, id: number): Steps<RepeatRow> {
  const row = yield* getRow(db, id);
  if (row !== null) return row;
  throw new BoardError("not_found", `there is no repeating task ${id}`, { hint: "see `kanbun cron list`" });
}

/** Whatever stands in it: what can't be used is its problem. */
function toRepeat(row: RepeatRow): Repeat {
  const task = tryReadTask(toText(row.task));
  const overlap = toText(row.overlap) as Overlap;
  return {
    id: row.id,
    title: toText(row.title),
    times: toText(row.times),
    timeZone: toText(row.time_zone),
    overlap,
    task: task.task,
    createdBy: toText(row.created_by),
    createdAtMs: toWhole(row.created_at_ms) ?? 0,
    pausedAtMs: toWhole(row.paused_at_ms),
    nextAtMs: toWhole(row.next_at_ms),
    lastDueAtMs: toWhole(row.last_due_at_ms),
    lastTaskId: row.last_task_id,
    passedAtMs: toWhole(row.passed_at_ms),
    passedForTaskId: row.passed_for,
    problem: row.problem ?? task.problem,
  };
}

function tryReadTask(json: string): { readonly task: NewTask | null; readonly problem: string | null } {
  try {
    return { task: readRepeatedTask(json), problem: null };
  } catch (error) {
    if (!(error instanceof BoardError)) throw error;
    return { task: null, problem: error.message };
  }
}
