import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { partCharsMax } from "../../board/cut-text.ts";
import { BoardError } from "../../board/error.ts";
import { isFailure } from "../../board/retry.ts";
import type { Run } from "../../board/run.ts";
import { isTaskId } from "../../board/task.ts";
import { wait } from "../../system/wait.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import type { Session } from "../session/session.ts";
import { LogFile } from "./log-file.ts";
import { type LogPiece, LogReader, type LogStart } from "./log-reader.ts";

/** From one look at the file to the next, and from one question whether the run is over. */
const lookMs = 25;
const askMs = 100;

/** What a run wrote: its standard output and error, as bytes. */
export class RunLog {
  readonly taskId: string;
  /** null for a task that has not run yet. */
  readonly run: Run | null;
  readonly #session: Session;

  private constructor(session: Session, taskId: string, run: Run | null) {
    this.#session = session;
    this.taskId = taskId;
    this.run = run;
  }

  /**
   * The log of the task's last run, or of its run `wanted`.
   * @param text the task's id, or the beginning of it; undefined: inside a worker its own task
   * @throws {BoardError} not_found for a task that isn't there and for a run that is none of its own
   */
  static async find(session: Session, text: string | undefined, wanted?: number): Promise<RunLog> {
    const { id } = await session.store.requireTask(await session.taskId(text));
    const runs = await session.store.listRuns(id, { charsMax: partCharsMax });
    if (wanted === undefined) return new RunLog(session, id, runs.at(-1) ?? null);
    const run = runs.find((one) => one.id === wanted);
    if (run !== undefined) return new RunLog(session, id, run);
    throw new BoardError("not_found", `${id} has no run ${wanted}`, {
      hint: runs.length === 0 ? "it has not run yet" : `use one of ${runs.map((one) => one.id).join(", ")}`,
    });
  }

  /**
   * The logs of several runs of a task, oldest first.
   * @param which.sinceMs only of those that are open, or ended at or after this instant, to the second
   */
  static async list(
    session: Session,
    text: string | undefined,
    which: { readonly sinceMs: number | null; readonly isFailed: boolean },
  ): Promise<readonly RunLog[]> {
    const { id } = await session.store.requireTask(await session.taskId(text));
    const runs = await session.store.listRuns(id, { charsMax: partCharsMax });
    const { sinceMs, isFailed } = which;
    return runs
      .filter(({ outcome }) => !isFailed || isFailure(outcome))
      .filter(({ endedAtMs }) => sinceMs === null || endedAtMs === null || endedAtMs >= sinceMs - 999)
      .map((run) => new RunLog(session, id, run));
  }

  /** null without a run. */
  get path(): string | null {
    return this.run === null ? null : runLogPath(this.#session.place.paths, this.taskId, this.run.id);
  }

  /** Whether there is one: a run that could not be started has none. */
  hasLog(): boolean {
    return this.path !== null && existsSync(this.path);
  }

  /** null as long as nothing was written. @throws {BoardError} not_found where nothing ever will be */
  tryOpen(): LogFile | null {
    const { path, run } = this;
    if (path === null || run === null) return null;
    const file = LogFile.tryOpen(path);
    // A run that is over and has no folder will never have a log.
    if (file !== null || run.endedAtMs === null || existsSync(dirname(path))) return file;
    throw new BoardError("not_found", `there is no log of run ${run.id} of ${this.taskId}`, {
      hint: `it was removed, or no worker of this board ever ran: see \`kanbun runs ${this.taskId}\``,
    });
  }

  /**
   * What it writes, until the run is over or the signal. The next piece is read when the caller asks for it: nothing piles up.
   * @param how.askMs how often it is asked whether the run is over; default 100
   * @throws {BoardError} not_found where nothing ever will be written
   */
  async *follow(
    how: LogStart & { readonly askMs?: number; readonly signal: AbortSignal },
  ): AsyncGenerator<LogPiece, void, undefined> {
    const { signal } = how;
    if (this.path === null) return;
    using reader = new LogReader(this, how);
    let isOver = false;
    let askAtMs = 0;
    while (!signal.aborted) {
      if (performance.now() >= askAtMs) {
        // Asked before the file is read: what a run wrote until its end is then all there.
        isOver = await this.isOver();
        askAtMs = performance.now() + (how.askMs ?? askMs);
      }
      for (let piece = reader.next(isOver); piece !== null; piece = reader.next(isOver)) {
        yield piece;
        if (signal.aborted) return;
      }
      if (isOver) return;
      await wait(lookMs, signal);
    }
  }

  /** Whether nothing more will be written: asked before a read, what is read then is all. */
  async isOver(): Promise<boolean> {
    const { store } = this.#session;
    const id = this.run?.id;
    const runs = await store.listRuns(this.taskId, { charsMax: partCharsMax });
    if (runs.some((one) => one.id === id && one.endedAtMs === null)) return false;
    // Over, but its last process may still be writing.
    return !(await store.listLiveRuns()).some((live) => live.runId === id);
  }
}

/** Another dispatcher keeps one log for all runs of a task, and no folder for each. */
export function runLogPath(
  { runs, foreignLogs }: Session["place"]["paths"],
  taskId: string,
  runId: number,
): string {
  const own = new RunDirectory(runs, runId, null).logPath;
  if (existsSync(dirname(own)) || !isTaskId(taskId)) return own;
  const foreign = join(foreignLogs, `${taskId}.log`);
  return existsSync(foreign) ? foreign : own;
}
