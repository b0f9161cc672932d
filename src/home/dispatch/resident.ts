import { processName } from "../../dispatcher/host.ts";
import { endedRuns, type TickReport } from "../../dispatcher/report/report.ts";
import { sendNudge } from "../../dispatcher/resident/nudge.ts";
import { type NudgeListener, tryListenForNudges } from "../../dispatcher/resident/nudge-listener.ts";
import { Residency } from "../../dispatcher/resident/residents.ts";
import { WakeUp } from "../../dispatcher/resident/wake-up.ts";
import { watchBoards } from "../../dispatcher/resident/watch.ts";
import type { Home } from "../session/home.ts";
import { systemClock } from "../session/system-clock.ts";
import type { OpenBoards } from "./dispatch-boards.ts";
import { ResidentBoards } from "./resident-boards.ts";
import { makeBroker } from "./worker-desk.ts";

export interface ResidentOptions {
  /** Ends it after the tick it is in; workers go on. */
  readonly signal: AbortSignal;
  /** Claim at most so many in each tick. */
  readonly max?: number | undefined;
  readonly onReport: (report: TickReport) => void;
  /** Called for a tick that failed. The resident lives on: what failed now may be right by the next tick. */
  readonly onError: (board: string, error: unknown) => void;
  /** Called for a store that could not be told that this host is there; null: it could again. Ticks go on. */
  readonly onStoreTrouble?: ((store: string, error: unknown) => void) | undefined;
}

/** A dispatcher that stays on the boards of a home that are used, as they come and go. */
export class Resident implements AsyncDisposable {
  readonly #wakeUp: WakeUp;
  readonly #boards: ResidentBoards;
  readonly #listener: NudgeListener | null;
  readonly #residency: Residency;
  readonly #home: Home;
  readonly #intervalMs: number;

  private constructor(home: Home, wakeUp: WakeUp, intervalMs: number) {
    const { home: folder, boardSource } = home.place;
    this.#home = home;
    this.#wakeUp = wakeUp;
    this.#intervalMs = intervalMs;
    this.#boards = new ResidentBoards(
      home,
      (slug) => wakeUp.forBoard(slug),
      () => this.#listener?.address ?? null,
    );
    this.#listener = tryListenForNudges(
      { home: folder, name: processName(), broker: makeBroker(home) },
      (said) => {
        if (!this.#boards.slugs.includes(said)) this.#boards.lookAgain();
        wakeUp.forBoard(said);
      },
    );
    this.#residency = new Residency(folder, {
      boards: this.#boards.slugs,
      isForAllBoards: boardSource !== "flag" && boardSource !== "environment",
      address: this.#listener?.address ?? null,
      sinceMs: systemClock.nowMs(),
    });
  }

  /** Makes itself known to those that write to the boards; it ticks only in `stay`. @throws {BoardError} not_found without a board */
  static async start(home: Home): Promise<Resident> {
    const { intervalMs } = (await home.place.configAsFarAsItGoes()).dispatch;
    return new Resident(home, new WakeUp(), intervalMs);
  }

  get boards(): OpenBoards {
    return this.#boards;
  }

  /**
   * Ticks until told to stop: when a worker ends, when someone writes to a board, when a task becomes due.
   * @throws {BoardError} damaged when no sound board is left
   */
  async stay({ signal, max, onReport, onError, onStoreTrouble }: ResidentOptions): Promise<void> {
    const boards = this.#boards;
    const residency = this.#residency;
    await boards.enter({
      stays: true,
      onTrouble: (store, error) => onStoreTrouble?.(store, error),
      onWell: (store) => onStoreTrouble?.(store, null),
    });
    return watchBoards(
      () => {
        if (boards.refresh()) residency.setBoards(boards.slugs);
        return boards.open.map((board) => board.dispatcher);
      },
      this.#wakeUp,
      {
        nowMs: () => systemClock.nowMs(),
        intervalMs: this.#intervalMs,
        signal,
        ...(max === undefined ? {} : { max }),
        onReport: (report) => {
          onReport(report);
          // The slot that has come free may be the one that a board waits for on which someone else stays.
          if (endedRuns(report).length > 0)
            for (const slug of residency.listBoardsOfOthers()) void sendNudge(this.#home.place.home, slug);
        },
        onError: (board, error) => {
          if (!boards.hasLeft(board)) onError(board, error);
        },
      },
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#residency.leave();
    this.#listener?.close();
    await this.#boards.close();
  }
}
