import type { LiveRun } from "../board/claim.ts";
import type { Task } from "../board/task.ts";
import type { CliContext } from "../cli/command.ts";
import { nameTask } from "../cli/text/task-text.ts";
import type { BoardStore, By } from "../store/store.ts";
import type { Session } from "./session.ts";
import type { WorkerEnd } from "./worker-end.ts";

interface MoveOptions {
  /** As it was typed; undefined means a worker's own task. */
  readonly task: string | undefined;
  /** In the past tense: what the answer begins with. */
  readonly done: string;
  readonly force?: boolean | undefined;
}

/** Opens the board, makes one move, ends the worker that the move took the task from, and answers with the task. */
export async function runMove(
  cli: CliContext,
  { task: text, done, force }: MoveOptions,
  change: (store: BoardStore, id: string, by: By) => Promise<Task>,
): Promise<Task> {
  await using session = await cli.open("write");
  const id = await session.taskId(text);
  const by = session.by(id, { force });
  const foreign = by.run ? null : await findForeignRun(session, id);
  const moved = await change(session.store, id, by);
  // A worker that gave its own verdict leaves by itself; its dispatcher sees to that.
  const worker = by.run ? null : await endWith(cli, session, id);
  if (foreign !== null && moved.status !== "running") noteForeignWorker(cli, foreign);
  const task = worker === null ? moved : await session.store.requireTask(id);
  await cli.output.answer(
    { task, worker },
    (screen) => `${done} ${nameTask(task, screen)}\n${describeEnd(worker)}`,
  );
  return task;
}

/** The claim of another dispatcher, as it stood before the move. */
async function findForeignRun(session: Session, id: string): Promise<LiveRun | null> {
  const live = await session.store.listLiveRuns();
  return live.find((run) => run.taskId === id && run.holder === "foreign") ?? null;
}

/** It carries no identity by which its processes could be found, and be told from others: to end it is the user's part. */
function noteForeignWorker(cli: CliContext, { process, host }: LiveRun): void {
  const pid = process === null ? "" : ` (pid ${process.pid})`;
  cli.output.note(
    `note: its worker${pid} belongs to another dispatcher on ${host || "some host"}: end it there`,
  );
}

/** Loaded only when a worker may have to be ended: it brings the whole dispatcher along. */
async function endWith(cli: CliContext, session: Session, id: string): Promise<WorkerEnd | null> {
  const live = await session.store.listLiveRuns();
  if (!live.some((run) => run.taskId === id)) return null;
  return (await import("./worker-end.ts")).endLiveWorker(cli, session, id);
}

function describeEnd(worker: WorkerEnd | null): string {
  if (worker === null) return "";
  return worker === "gone"
    ? "  its worker is gone\n"
    : "  its worker is still being stopped: the next tick goes on\n";
}
