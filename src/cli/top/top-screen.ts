import { describeError } from "../../home/failure.ts";
import type { Overview } from "../../home/overview/overview.ts";
import { OverviewFeed, type OverviewRequest } from "../../home/overview/overview-feed.ts";
import type { Home } from "../../home/session/home.ts";
import type { CliContext } from "../input/command.ts";
import type { Screen } from "../text/screen.ts";
import { typedCommand } from "../text/typed-command.ts";
import type { Key } from "./key-reader.ts";
import { logRows, pressLogKey } from "./log-state.ts";
import { makeMove } from "./make-move.ts";
import { OpenLog } from "./open-log.ts";
import { rowLines } from "./row-line.ts";
import { Terminal } from "./terminal.ts";
import { topRows } from "./top-rows.ts";
import { pressKey, startState, type TopMove, type TopState, withOverview } from "./top-state.ts";

/** How often it is asked whether anything has changed. That takes microseconds. */
const pollMs = 250;
/** How often what passes by itself is drawn anew, while anything runs. */
const tickMs = 1_000;

export interface TopOptions {
  /** The home that is shown; default: the one that was named. */
  readonly home?: Home;
  /** What is said of this process if it dispatches; null where it only looks. */
  readonly dispatching: string | null;
  readonly onQuit: () => void;
}

/** The screen of `kanbun top`: the facts of a home, what was typed, and the terminal that shows it. */
export class TopScreen {
  readonly #cli: CliContext;
  readonly #home: Home;
  readonly #options: TopOptions;
  readonly #screen: Screen;
  readonly #feed: OverviewFeed;
  readonly #terminal: Terminal;
  #state: TopState;
  #log: OpenLog | null = null;
  #problem: string | null = null;
  /** Why the last look failed; null: it did not. */
  #unseen: string | null = null;
  #timer: Timer | null = null;
  #turning: Promise<void> | null = null;
  #tickAtMs = 0;

  private constructor(
    cli: CliContext,
    options: TopOptions,
    shown: { screen: Screen; feed: OverviewFeed; overview: Overview },
  ) {
    this.#cli = cli;
    this.#home = options.home ?? cli.home;
    this.#options = options;
    this.#screen = shown.screen;
    this.#feed = shown.feed;
    this.#state = startState(shown.overview);
    this.#terminal = new Terminal({
      onKey: (key) => this.#press(key),
      onRedraw: () => this.#draw(),
      onHangUp: options.onQuit,
    });
  }

  /** Takes the terminal. @throws {BoardError} not_found when there is no board: then it has not */
  static async open(cli: CliContext, options: TopOptions): Promise<TopScreen> {
    const feed = new OverviewFeed(options.home ?? cli.home);
    try {
      const screen = await cli.output.screen();
      const overview = await feed.poll({ limit: limitOf(screen.rows), match: null });
      if (overview === null) throw new Error("the first look at a home finds something");
      const top = new TopScreen(cli, options, { screen, feed, overview });
      top.#begin();
      return top;
    } catch (error) {
      await feed[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Shown until something else is wrong, or a key was typed. */
  showProblem(text: string): void {
    this.#problem = text;
    this.#draw();
  }

  /** Gives the terminal back. */
  async close(): Promise<void> {
    clearInterval(this.#timer ?? undefined);
    this.#terminal.stop();
    await this.#turning;
    await this.#log?.[Symbol.asyncDispose]();
    await this.#feed[Symbol.asyncDispose]();
  }

  #begin(): void {
    this.#terminal.start();
    this.#draw();
    this.#timer = setInterval(() => this.#turn(), pollMs);
  }

  /** One after the other: what a slow disk holds up is not asked twice. */
  #turn(): void {
    this.#turning ??= this.#look().finally(() => {
      this.#turning = null;
    });
  }

  async #look(): Promise<void> {
    this.#terminal.wake();
    try {
      if (this.#log !== null) {
        if (await this.#log.read()) this.#draw();
        return;
      }
      const overview = await this.#feed.poll(this.#request());
      const isSeenAgain = this.#unseen !== null;
      this.#unseen = null;
      const isTime = this.#state.overview.running.count > 0 && performance.now() >= this.#tickAtMs;
      if (overview === null && !isTime && !isSeenAgain) return;
      this.#tickAtMs = performance.now() + tickMs;
      this.#state = withOverview(this.#state, overview ?? this.#feed.readLines(this.#state.overview));
    } catch (error) {
      this.#unseen = describeError(error).message;
    }
    this.#draw();
  }

  #request(): OverviewRequest {
    const { filter } = this.#state;
    return { limit: limitOf(this.#terminal.rows), match: filter === "" ? null : filter };
  }

  #draw(): void {
    const { rows, columns } = this.#terminal;
    const frame = {
      dispatching: this.#options.dispatching,
      problem: this.#problem ?? this.#unseen,
      typed: (command: string, board: string) => this.#typed(command, board),
    };
    const shown = this.#log === null ? topRows(this.#state, frame, rows) : logRows(this.#log.state, rows);
    this.#terminal.draw(rowLines(shown, columns, this.#screen.paint));
  }

  #typed(command: string, board: string): string {
    const { output, place } = this.#cli;
    if (this.#home !== this.#cli.home) return typedCommand(command, { home: this.#home.place.home, board });
    return board === place.board
      ? output.typed(command)
      : output.typedText(`\`${command}\``, board).slice(1, -1);
  }

  #press(key: Key): void {
    const isForAll = key.name.startsWith("ctrl_") && key.name !== "ctrl_u";
    if (this.#log !== null && !isForAll) {
      this.#pressInLog(this.#log, key);
      return;
    }
    const { filter } = this.#state;
    const { state, move } = pressKey(this.#state, key, Math.max(1, this.#terminal.rows - 8));
    this.#state = state;
    this.#problem = null;
    if (move !== null) void this.#do(move);
    if (state.filter !== filter) this.#turn();
    this.#draw();
  }

  #pressInLog(log: OpenLog, key: Key): void {
    const state = pressLogKey(log.state, key, this.#terminal.rows);
    if (state === "left") {
      this.#log = null;
      // Not before what reads it just now has done so.
      void Promise.resolve(this.#turning).then(() => log[Symbol.asyncDispose]());
    } else log.state = state;
    this.#draw();
  }

  async #do(move: TopMove): Promise<void> {
    switch (move.do) {
      case "quit":
        return this.#options.onQuit();
      case "suspend":
        return this.#terminal.suspend();
      case "redraw":
        this.#terminal.clear();
        return this.#draw();
    }
    try {
      if (move.do === "open_log") {
        const log = await OpenLog.open(this.#home, move.task);
        await log.read();
        this.#log = log;
      } else this.#say(await makeMove(this.#home, move));
    } catch (error) {
      const { message, hint } = describeError(error);
      this.#say(hint === null ? message : `${message}: ${hint}`);
    }
    this.#turn();
    this.#draw();
  }

  #say(message: string): void {
    this.#state = { ...this.#state, message };
  }
}

/** No more tasks are explained than a screen of this height can show. */
function limitOf(rows: number): number {
  return Math.min(40, Math.max(8, Math.ceil(rows / 2)));
}
