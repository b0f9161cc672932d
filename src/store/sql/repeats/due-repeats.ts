import { activePause, type Pause } from "../../../board/admission.ts";
import { BoardError } from "../../../board/error.ts";
import { type RepeatStep, stepRepeat } from "../../../board/repeat.ts";
import type { RepeatWrite } from "../../tick.ts";
import { apart } from "../apart.ts";
import type { Connection } from "../connection.ts";
import { toText } from "../rows/odd-values.ts";
import type { Scope } from "../scope.ts";
import { each, type Steps, together } from "../steps.ts";
import { listPauses } from "../ticks/pauses.ts";
import { findOpenTask } from "./open-task.ts";
import { makeRepeatedTask } from "./repeats.ts";

/** So many in one transaction: the next tick goes on. */
const atOnceMax = 500;

interface DueRow {
  readonly id: number;
  readonly title: string;
  readonly times: string;
  readonly time_zone: string;
  readonly overlap: string;
  readonly task: string;
  readonly next_at_ms: number;
}

export interface RepeatTimes {
  readonly at: number | null;
  readonly later: number | null;
}

/** When the first repeat is due, and the first after `nowMs`. */
function getRepeatTimes(db: Connection, nowMs: number): Steps<RepeatTimes | null> {
  return db.get<RepeatTimes>(
    `SELECT min(next_at_ms) AS at, (SELECT min(next_at_ms) FROM kanbun_repeats WHERE next_at_ms > :nowMs) AS later
     FROM kanbun_repeats`,
    { nowMs },
  );
}

/** Whether a repeat is due, and when the next one is; on a paused board none is before the pause ends. */
export function viewRepeats(
  times: RepeatTimes | null,
  pauses: readonly Pause[],
  nowMs: number,
): { readonly hasDue: boolean; readonly nextMs: number | null } {
  const at = times?.at ?? null;
  if (at === null) return { hasDue: false, nextMs: null };
  const pause = activePause({ pauses, nowMs }, "board");
  if (pause !== null)
    return { hasDue: false, nextMs: pause.untilAtMs === null ? null : Math.max(at, pause.untilAtMs) };
  return { hasDue: at <= nowMs, nextMs: times?.later ?? null };
}

/** Makes the tasks of the repeats that are due, each in the transaction that moves its repeat on. */
export function* makeDueTasks(scope: Scope, actor: string): Steps<RepeatWrite[]> {
  const { db, nowMs } = scope;
  // Asked again: a person may have paused the board since this tick looked.
  const [times, pauses] = yield* together(
    () => getRepeatTimes(db, nowMs),
    () => listPauses(db),
  );
  if (!viewRepeats(times, pauses, nowMs).hasDue) return [];
  const due = yield* db.all<DueRow>(
    `SELECT id, title, times, time_zone, overlap, task, next_at_ms FROM kanbun_repeats
     WHERE next_at_ms <= :nowMs ORDER BY next_at_ms, id LIMIT ${atOnceMax}`,
    { nowMs },
  );
  return yield* apart(scope, due, {
    steps: (rows) => each(rows, (row) => serve(scope, row, actor)),
    of: ({ id }) => ({ what: `the repeating task ${id}`, taskId: null, runId: null }),
  });
}

function* serve(scope: Scope, row: DueRow, actor: string): Steps<RepeatWrite> {
  const { db, nowMs } = scope;
  const made = { repeatId: row.id, title: toText(row.title), dueAtMs: row.next_at_ms };
  const nothing = { madeTaskId: null, passedForTaskId: null, problem: null };
  const step = stepRepeat(
    {
      ...{ times: toText(row.times), timeZone: toText(row.time_zone), overlap: toText(row.overlap) },
      ...{ task: toText(row.task), openTask: yield* findOpenTask(db, row.id) },
    },
    nowMs,
  );
  if (step.do === "stop") return { ...made, ...nothing, problem: yield* stop(scope, row.id, step.problem) };
  if (step.do === "pass") {
    yield* db.send(
      `UPDATE kanbun_repeats SET next_at_ms = :next, passed_at_ms = next_at_ms, passed_for = :taskId WHERE id = :id`,
      { id: row.id, next: step.nextAtMs, taskId: step.forTaskId },
    );
    return { ...made, ...nothing, passedForTaskId: step.forTaskId };
  }
  try {
    return { ...made, ...nothing, madeTaskId: yield* make(scope, row, step, actor) };
  } catch (error) {
    // A parent that is not there any more, and whatever else is about this one task.
    if (!(error instanceof BoardError && ["usage", "not_found", "conflict"].includes(error.kind)))
      throw error;
    return { ...made, ...nothing, problem: yield* stop(scope, row.id, error.message) };
  }
}

/** The due time that a clock which was set back brings again has its task already. */
function* make(
  scope: Scope,
  row: DueRow,
  step: RepeatStep & { do: "make" },
  actor: string,
): Steps<string | null> {
  const { db } = scope;
  const at = { id: row.id, dueAtMs: row.next_at_ms };
  const known = yield* db.get<{ task_id: string }>(
    "SELECT task_id FROM kanbun_repeated_tasks WHERE repeat_id = :id AND due_at_ms = :dueAtMs",
    at,
  );
  const task =
    known === null
      ? (yield* makeRepeatedTask(scope, step.task, { ...at, repeatId: row.id, actor })).id
      : null;
  yield* db.send("UPDATE kanbun_repeats SET next_at_ms = :next, last_due_at_ms = :dueAtMs WHERE id = :id", {
    ...at,
    next: step.nextAtMs,
  });
  return task;
}

/** Until a person resumes it: told once to whom kanbun.toml names, and then by `status`, `cron list` and the doctor. */
function* stop({ db, nowMs }: Scope, id: number, problem: string): Steps<string> {
  yield* db.send(
    `UPDATE kanbun_repeats SET next_at_ms = NULL, problem = :problem, untold_stop_at_ms = :nowMs WHERE id = :id`,
    { id, problem, nowMs },
  );
  return problem;
}
