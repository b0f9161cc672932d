import { BoardError } from "../board/error.ts";
import type { BoardEvent } from "../board/event.ts";
import type { TickReport } from "../dispatcher/report/report.ts";
import { WakeUp } from "../dispatcher/resident/wake-up.ts";
import { createBoard } from "./boards/board-making.ts";
import { Boards } from "./boards/boards.ts";
import { followEvents } from "./boards/follow-events.ts";
import { initHome } from "./boards/init-home.ts";
import { type BoardStatus, readStatus } from "./boards/status.ts";
import { openDispatchers } from "./dispatch/dispatch-boards.ts";
import { Resident } from "./dispatch/resident.ts";
import { type BoardTicks, tickBoards } from "./dispatch/tick-boards.ts";
import { type WorkedOff, workOff } from "./dispatch/work-off.ts";
import type { LogPiece } from "./runs/log-reader.ts";
import { RunLog } from "./runs/run-log.ts";
import type { Home } from "./session/home.ts";
import { Moves } from "./tasks/moves.ts";
import { Repeats } from "./tasks/repeats.ts";
import { Tasks } from "./tasks/tasks.ts";

const eventsIntervalMs = 50;

export interface DispatchOptions {
  /** Claim at most so many tasks in each tick; 0 only records ended runs. Default: as many as there are slots. */
  readonly max?: number;
}

export interface LastingOptions extends DispatchOptions {
  /** Ends it after the tick it is in; workers go on, and the next dispatcher takes them over. */
  readonly signal?: AbortSignal;
  /** Told of every tick, also of those that found nothing to do. */
  readonly onReport?: (report: TickReport) => void;
}

/**
 * A home, open: its boards, and the tasks of the board that is used. Nothing is held open between two calls, so any
 * number of programs, commands and dispatchers may use the same home at the same time.
 */
export class KanbunHome implements AsyncDisposable {
  readonly boards: Boards;
  readonly tasks: Tasks;
  readonly moves: Moves;
  readonly repeats: Repeats;
  readonly #home: Home;
  readonly #end = new AbortController();
  readonly #lasting = new Set<Promise<unknown>>();

  constructor(home: Home) {
    this.#home = home;
    this.boards = new Boards(home);
    this.tasks = new Tasks(home);
    this.moves = new Moves(home);
    this.repeats = new Repeats(home);
  }

  /** Makes what is missing of the home and the board that is used. */
  async make(): Promise<void> {
    const { board } = this.#home.place;
    await this.#home.requireMayChange();
    await initHome(this.#home);
    if (board === "default") return;
    try {
      await createBoard(this.#home, board);
    } catch (error) {
      if (!(error instanceof BoardError && error.kind === "conflict")) throw error;
    }
  }

  /** The folder, absolute. */
  get path(): string {
    return this.#home.place.home;
  }

  /** The slug of the board that is used. */
  get board(): string {
    return this.#home.place.board;
  }

  /** How the board and its dispatcher stand. */
  status(): Promise<BoardStatus> {
    return readStatus(this.#home);
  }

  /**
   * One tick on the board that was named when the home was opened, or on each board of the home where none was. It takes
   * back what ended, promotes what became ready and starts what may start; workers go on when it has returned. A board
   * that another dispatcher is at just now is skipped, and its report says so. Any number of calls may overlap.
   * @throws {BoardError} where a single board can't be ticked; of several it is told in `failed`
   */
  dispatch(options: DispatchOptions = {}): Promise<BoardTicks> {
    return tickBoards(this.#home, options);
  }

  /**
   * Ticks until nothing runs here and nothing will start by itself soon.
   * @param options.dueWithinMs wait for what becomes due within this time; default two minutes
   * @returns how many ticks it took, when the next task is due, in milliseconds since 1970, and the boards whose tick failed
   * @throws {BoardError} where a single board can't be ticked; of several it is told in `failed`
   */
  workOff(options: LastingOptions & { readonly dueWithinMs?: number } = {}): Promise<WorkedOff> {
    const { signal, max, dueWithinMs, onReport = () => {} } = options;
    return this.#last(signal, async (until) => {
      const wakeUp = new WakeUp();
      const boards = openDispatchers(this.#home, wakeUp.now);
      try {
        return await workOff(boards, wakeUp, { signal: until, max, dueWithinMs, onReport });
      } finally {
        await boards.close();
      }
    });
  }

  /**
   * Stays: ticks when a worker ends, when someone writes to a board and when a task becomes due, until the signal. There
   * may be any number of such residents of one home, in this program and in others.
   * @param options.onError told of a tick that failed, after which it goes on; without it the first one ends it
   * @throws what the tick that failed threw, without `onError`; {BoardError} damaged when no sound board is left
   */
  watch(
    options: LastingOptions & { readonly onError?: (board: string, error: unknown) => void } = {},
  ): Promise<void> {
    const { signal, max, onReport = () => {}, onError } = options;
    return this.#last(signal, async (until) => {
      const failed: unknown[] = [];
      const failure = new AbortController();
      await using resident = await Resident.start(this.#home);
      await resident.stay({
        signal: AbortSignal.any([until, failure.signal]),
        max,
        onReport,
        onError: (board, error) => {
          if (onError !== undefined) return onError(board, error);
          failed.push(error);
          failure.abort();
        },
      });
      if (failed.length > 0) throw failed[0];
    });
  }

  /**
   * What happens on the board, each event once and in order, until the signal, which ends it without an error.
   * @param options.after begin with the event behind this one: 0 for the whole history; default: with what happens from
   *   the moment on at which the first one is asked for
   * @param options.task only what happens to this task
   */
  async *events(
    options: { readonly after?: number; readonly task?: string; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<BoardEvent, void, undefined> {
    const { after, task, signal } = options;
    await using session = await this.#home.open("read");
    const { store } = session;
    yield* followEvents(store, {
      afterId: after ?? (await store.getLastEventId()),
      taskId: task === undefined ? null : await session.taskId(task),
      intervalMs: eventsIntervalMs,
      signal: this.#until(signal),
    });
  }

  /** The id of the newest event of the board, to begin behind it; 0 without any. */
  async lastEventId(): Promise<number> {
    await using session = await this.#home.open("read");
    return await session.store.getLastEventId();
  }

  /**
   * What a run writes, piece by piece, until it is over or the signal.
   * @param options.run default: the task's last run
   * @param options.lines begin with the last so many; default: from the beginning
   */
  async *log(
    task: string,
    options: { readonly run?: number; readonly lines?: number; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<LogPiece, void, undefined> {
    const { run, lines, signal } = options;
    await using session = await this.#home.open("read");
    const log = await RunLog.find(session, task, run);
    yield* log.follow({ lines, signal: this.#until(signal) });
  }

  /** Ends all that lasts, and waits for the tick that it is in; workers go on. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await Promise.allSettled(this.#lasting);
  }

  #until(signal: AbortSignal | undefined): AbortSignal {
    return signal === undefined ? this.#end.signal : AbortSignal.any([signal, this.#end.signal]);
  }

  async #last<Result>(
    signal: AbortSignal | undefined,
    work: (until: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const working = work(this.#until(signal));
    this.#lasting.add(working);
    try {
      return await working;
    } finally {
      this.#lasting.delete(working);
    }
  }
}
