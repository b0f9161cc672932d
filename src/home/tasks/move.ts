import type { LiveRun } from "../../board/claim.ts";
import type { Expected } from "../../board/expected.ts";
import type { Task } from "../../board/task.ts";
import type { BoardStore, By } from "../../store/store.ts";
import type { Home } from "../session/home.ts";
import type { Session } from "../session/session.ts";
import { endLiveWorker, type WorkerEnd } from "./worker-end.ts";

/** What a move came to. */
export interface Moved {
  readonly task: Task;
  /** What became of the worker that the task was taken from; null when it had none, or is itself who moved. */
  readonly worker: WorkerEnd["state"] | null;
  /** What has to be said beside it, a sentence each. */
  readonly notes: readonly string[];
}

/** One move as the store makes it. */
export type Change = (store: BoardStore, id: string, by: By) => Promise<Task>;

/**
 * Makes one move of a task, and ends the worker that the move took the task from; waits for that as long as the run's
 * grace allows.
 * @param text its id, or the beginning of it; undefined: inside a worker its own task
 * @throws {BoardError} as {@link BoardStore} says; then nothing has been done
 */
export async function moveTask(
  home: Home,
  session: Session,
  {
    text,
    ...how
  }: {
    readonly text: string | undefined;
    readonly force?: boolean | undefined;
    readonly expected?: Expected | undefined;
  },
  change: Change,
): Promise<Moved> {
  const id = await session.taskId(text);
  const by = session.by(id, how);
  const foreign = by.run ? null : await findForeignRun(session, id);
  const moved = await change(session.store, id, by);
  // A worker that gave its own verdict leaves by itself; its dispatcher sees to that.
  const end = by.run ? null : await endWith(home, session, id);
  const notes = [
    ...(end?.problem == null ? [] : [end.problem]),
    ...(foreign !== null && moved.status !== "running" ? [foreignWorkerNote(foreign)] : []),
  ];
  return {
    task: end === null ? moved : await session.store.requireTask(id),
    worker: end?.state ?? null,
    notes,
  };
}

/** The claim of another dispatcher, as it stood before the move. */
async function findForeignRun(session: Session, id: string): Promise<LiveRun | null> {
  const live = await session.store.listLiveRuns();
  return live.find((run) => run.taskId === id && run.holder === "foreign") ?? null;
}

/** It carries no identity by which its processes could be found, and be told from others: to end it is the user's part. */
function foreignWorkerNote({ process, host }: LiveRun): string {
  const pid = process === null ? "" : ` (pid ${process.pid})`;
  return `its worker${pid} belongs to another dispatcher on ${host || "some host"}: end it there`;
}

/** Loaded only when a worker may have to be ended: it brings the whole dispatcher along. */
async function endWith(home: Home, session: Session, id: string): Promise<WorkerEnd | null> {
  const live = await session.store.listLiveRuns();
  if (!live.some((run) => run.taskId === id)) return null;
  return endLiveWorker(home, session, id);
}
