import type { Task } from "../board/task.ts";
import type { BoardStore, By } from "../store/store.ts";
import type { CliContext } from "./command.ts";
import type { Session } from "./session.ts";
import { nameTask } from "./task-text.ts";
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
): Promise<void> {
  await using session = await cli.open("write");
  const id = await session.taskId(text);
  const by = session.by(id, { force });
  const moved = await change(session.store, id, by);
  // A worker that gave its own verdict leaves by itself; its dispatcher sees to that.
  const worker = by.run ? null : await endWith(cli, session, id);
  const task = worker === null ? moved : await session.store.requireTask(id);
  await cli.output.answer(
    { task, worker },
    (screen) => `${done} ${nameTask(task, screen)}\n${describeEnd(worker)}`,
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
