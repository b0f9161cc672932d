import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { partCharsMax } from "../../board/cut-text.ts";
import { BoardError } from "../../board/error.ts";
import type { KeptLog } from "../../board/kept-log.ts";
import { isFailure } from "../../board/retry.ts";
import type { Run } from "../../board/run.ts";
import { isTaskId } from "../../board/task.ts";
import { seenFrom } from "../../dispatcher/host.ts";
import { placeOf } from "../../store/place.ts";
import { wait } from "../../system/wait.ts";
import { RunDirectory } from "../../worker/run-directory.ts";
import type { Session } from "../session/session.ts";
import { DistantLog } from "./distant-log.ts";
import { keptText } from "./kept-text.ts";
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
  /** What the board has of it where its file is on another machine, or was removed here; null: it has nothing, or the file is here. */
  readonly kept: KeptLog | null;
  readonly #session: Session;
  readonly #found: Found;

  private constructor(
    session: Session,
    of: { readonly taskId: string; readonly run: Run | null },
    found: Found = { kept: null, elsewhere: null },
  ) {
    this.#session = session;
    this.taskId = of.taskId;
    this.run = of.run;
    this.kept = found.kept;
    this.#found = found;
  }

  static async #of(session: Session, taskId: string, run: Run): Promise<RunLog> {
    return new RunLog(session, { taskId, run }, await find(session, taskId, run));
  }

  /**
   * The log of the task's last run, or of its run `wanted`.
   * @param text the task's id, or the beginning of it; undefined: inside a worker its own task
   * @throws {BoardError} not_found for a task that isn't there and for a run that is none of its own
   */
  static async find(session: Session, text: string | undefined, wanted?: number): Promise<RunLog> {
    const { id } = await session.store.requireTask(await session.taskId(text));
    const runs = await session.store.listRuns(id, { charsMax: partCharsMax });
    const run = wanted === undefined ? runs.at(-1) : runs.find((one) => one.id === wanted);
    if (run !== undefined) return RunLog.#of(session, id, run);
    if (wanted === undefined) return new RunLog(session, { taskId: id, run: null });
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
    const chosen = runs
      .filter(({ outcome }) => !isFailed || isFailure(outcome))
      .filter(({ endedAtMs }) => sinceMs === null || endedAtMs === null || endedAtMs >= sinceMs - 999);
    const logs: RunLog[] = [];
    for (const run of chosen) logs.push(await RunLog.#of(session, id, run));
    return logs;
  }

  /** null without a run. */
  get path(): string | null {
    return this.run === null ? null : runLogPath(this.#session.place.paths, this.taskId, this.run.id);
  }

  /** Whether there is one: a run that could not be started has none. */
  hasLog(): boolean {
    return this.kept !== null || (this.path !== null && existsSync(this.path));
  }

  /** Another host has it, and can be asked for it. */
  get isElsewhere(): boolean {
    return this.#askable() !== null;
  }

  #askable(): string | null {
    return this.#session.store.logAsks === null ? null : this.#found.elsewhere;
  }

  /**
   * The same log with what its host has of it now, where a run is at work on another one; asking takes a second or two, five where
   * no one answers.
   */
  async fetched(): Promise<RunLog> {
    const { run, taskId } = this;
    const elsewhere = this.#askable();
    if (run === null || elsewhere === null) return this;
    const answer = await new DistantLog(this.#session, { runId: run.id, hostname: elsewhere }).getEnd();
    const kept = answer ?? (await this.#session.store.getRunLog(run.id));
    const state = answer === null ? "unanswered" : "at work";
    return new RunLog(this.#session, { taskId, run }, { kept, elsewhere, state });
  }

  /**
   * null as long as nothing was written. Of a log that another machine has, what the board has of it, below a line that says so.
   * @throws {BoardError} not_found where nothing ever will be, and for a run that is at work on another machine and was not fetched
   */
  tryOpen(): LogFile | null {
    const { path, run, kept } = this;
    const { elsewhere, state } = this.#found;
    if (path === null || run === null) return null;
    if (kept !== null) return LogFile.of(keptText(kept, state ?? "ended"));
    if (elsewhere !== null)
      throw new BoardError(
        "not_found",
        state === undefined
          ? `the log of run ${run.id} is on ${elsewhere} as long as it runs`
          : `the log of run ${run.id} is on ${elsewhere}, which does not answer`,
        {
          hint:
            state === undefined
              ? `${this.isElsewhere ? "" : "there, "}\`kanbun log -f ${this.taskId}\` shows it; its end is here when the run is over`
              : "`kanbun hosts` says since when it has not been heard of; its end is here when the run is over",
        },
      );
    const file = LogFile.tryOpen(path);
    // A run that is over and has no folder will never have a log.
    if (file !== null || run.endedAtMs === null || existsSync(dirname(path))) return file;
    const orElse = this.#session.store.file === null ? ", is in the home that ran it" : "";
    throw new BoardError("not_found", `there is no log of run ${run.id} of ${this.taskId}`, {
      hint: `it was removed${orElse}, or no worker of this board ever ran: see \`kanbun runs ${this.taskId}\``,
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
    const elsewhere = this.#askable();
    if (this.path === null) return;
    if (this.run !== null && elsewhere !== null) {
      const distant = new DistantLog(this.#session, { runId: this.run.id, hostname: elsewhere });
      return yield* distant.follow({ ...how, isOver: () => this.isOver() });
    }
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

interface Found {
  readonly kept: KeptLog | null;
  /** Which host has it, where that is another one and the run is not over. */
  readonly elsewhere: string | null;
  /** What that host said when it was asked; undefined: it was not. */
  readonly state?: "at work" | "unanswered";
}

/** Where the log is of a run that has no file here. */
async function find({ store, place }: Session, taskId: string, run: Run): Promise<Found> {
  if (existsSync(runLogPath(place.paths, taskId, run.id))) return { kept: null, elsewhere: null };
  if (run.endedAtMs !== null) return { kept: await store.getRunLog(run.id), elsewhere: null };
  // A board that is a file is this machine's alone.
  if (store.file !== null) return { kept: null, elsewhere: null };
  const { claim } = await store.requireHoldFacts(taskId, seenFrom(placeOf(place.paths)));
  const isElsewhere = claim !== null && claim.runId === run.id && claim.holder === "worker" && !claim.isHere;
  return { kept: null, elsewhere: isElsewhere ? claim.host || "another host" : null };
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
