import { Database } from "bun:sqlite";
import fc from "fast-check";
import type { Candidate, Pause } from "../../src/board/admission.ts";
import { suits } from "../../src/board/placement.ts";
import { formatAsks } from "../../src/store/sql/rows/asks-column.ts";
import { here } from "./board-under-test.ts";

export const nowMs = 1_700_000_000_000;

/** A task as some program, ours or another, may have left it. */
const anyTask = fc.record({
  status: fc.constantFrom(
    ...([
      "ready",
      "ready",
      "ready",
      "review",
      "review",
      "scheduled",
      "todo",
      "blocked",
      "done",
      "archived",
    ] as const),
  ),
  assignee: fc.constantFrom("shell", "shell", "agent", "ghost", null),
  priority: fc.constantFrom(0, 0, 1),
  createdAtS: fc.constantFrom(1, 2),
  dueAtMs: fc.constantFrom(null, null, null, nowMs - 5, nowMs, nowMs + 5, nowMs + 50),
  hasLiveRun: fc.constantFrom(false, false, false, true),
  isForced: fc.constantFrom(false, false, true),
  parents: fc.constantFrom([], [], [], [0], [1], [0, 2]),
  host: fc.constantFrom(null, null, null, "north", "aabbccddeeff", "south"),
  labels: fc.constantFrom([], [], [], ["gpu"], ["eu", "gpu"], ["eu", "tpu"]),
});

export type AnyTask =
  typeof anyTask extends fc.Arbitrary<infer Task> ? Task & { readonly id: string } : never;

const untilMs = fc.constantFrom(nowMs - 1, nowMs + 3, nowMs + 30, null);
const pauseOf = (scope: Pause["scope"]) =>
  untilMs.map((until): Pause => ({ scope, untilAtMs: until, reason: "x" }));
const anyPauses = fc
  .tuple(
    ...(["board", "profile:shell", "profile:agent"] as const).map((scope) =>
      fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: pauseOf(scope) }),
    ),
  )
  .map((pauses) => pauses.filter((pause) => pause !== null));

const cap = fc.constantFrom(null, null, 0, 1, 2);

/** Tasks, pauses here and on other boards, and limits. */
export const anyBoard = fc.record({
  tasks: fc
    .array(anyTask, { minLength: 1, maxLength: 9 })
    .map((tasks): AnyTask[] => tasks.map((task, index) => ({ ...task, id: idOf(index) }))),
  pauses: anyPauses,
  pausesElsewhere: anyPauses.map((pauses) => pauses.filter(({ scope }) => scope !== "board")),
  shellMax: cap,
  homeMax: fc.constantFrom(100, 100, 3, 2, 0),
  boardMax: fc.constantFrom(null, null, 3, 1),
  usedElsewhere: fc.constantFrom(0, 0, 1, 2),
  max: fc.constantFrom(100, 100, 2, 1, 0),
  traits: fc.record({
    names: fc.constantFrom<readonly string[]>([], ["north"], ["north", "aabbccddeeff"]),
    labels: fc.constantFrom<readonly string[]>([], ["gpu"], ["gpu", "eu", "big"]),
  }),
});

export type AnyBoard = typeof anyBoard extends fc.Arbitrary<infer Board> ? Board : never;

/** Writes the rows themselves, past every move: what may be started must not rest on how it came to be. */
export function writeBoard(path: string, { tasks, pauses }: AnyBoard): void {
  using db = new Database(path);
  db.transaction(() => {
    for (const table of [
      "tasks",
      "kanbun_tasks",
      "kanbun_runs",
      "task_links",
      "kanbun_forced",
      "kanbun_pauses",
    ])
      db.run(`DELETE FROM ${table}`);
    for (const task of tasks) writeTask(db, task, tasks.length);
    for (const { scope, untilAtMs: until } of pauses)
      db.run("INSERT INTO kanbun_pauses VALUES (?, ?, 'x', 0)", [scope, until]);
  }).immediate();
}

function writeTask(db: Database, task: AnyTask, count: number): void {
  const { id } = task;
  db.run(
    "INSERT INTO tasks (id, title, status, assignee, priority, created_at, completed_at, kanbun_asks) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    [
      ...[id, id, task.status, task.assignee, task.priority, task.createdAtS],
      task.status === "done" ? 1 : null,
      formatAsks(task),
    ],
  );
  db.run("INSERT INTO kanbun_tasks (task_id, not_before_ms, in_review) VALUES (?, ?, ?)", [
    ...[id, task.dueAtMs, task.status === "review" ? 1 : 0],
  ]);
  if (task.isForced) db.run("INSERT INTO kanbun_forced VALUES (?)", [id]);
  for (const parent of task.parents)
    if (parent < count && idOf(parent) !== id)
      db.run("INSERT INTO task_links VALUES (?, ?)", [idOf(parent), id]);
  if (task.hasLiveRun)
    db.run(
      `INSERT INTO kanbun_runs (run_id, task_id, holder, token, profile, host, boot_id, claimed_at_ms,
         claimed_at_monotonic_ms, grace_ms) VALUES (?, ?, 'worker', 'x', ?, ?, ?, 0, 0, 0)`,
      [...[-1 - Number.parseInt(id.slice(2), 16), id, task.assignee, here.host, here.bootId]],
    );
}

/** What admission asks of a task, from what was written; null where no profile is to do it next. */
export function candidateOf(
  task: AnyTask,
  { tasks, traits }: Pick<AnyBoard, "tasks" | "traits">,
): Candidate | null {
  if (task.status !== "ready" && (task.status !== "review" || task.assignee === null)) return null;
  return { ...factsOf(task, { tasks, traits }), assignee: task.assignee };
}

export function factsOf(
  task: AnyTask,
  { tasks, traits }: Pick<AnyBoard, "tasks" | "traits">,
): Omit<Candidate, "assignee"> {
  const open = task.parents.filter((at) => {
    const parent = tasks[at];
    return parent !== undefined && parent.id !== task.id && !["done", "archived"].includes(parent.status);
  });
  const { dueAtMs, hasLiveRun } = task;
  const waitsForParents = open.length > 0 && !task.isForced;
  return { oddity: null, dueAtMs, hasLiveRun, waitsForParents, asksElsewhere: !suits(task, traits) };
}

export function idOf(index: number): string {
  return `t_${index.toString(16).padStart(8, "0")}`;
}
