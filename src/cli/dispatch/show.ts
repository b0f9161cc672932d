import type { TickReport } from "../../dispatcher/report/report.ts";
import type { Home } from "../../home/session/home.ts";

/** How a loop of ticks is shown while it goes on. */
export interface Show {
  report(report: TickReport): void;
  /** Says what went wrong with a board; false where that has to be said elsewhere. */
  trouble(text: string): boolean;
  /** Shows what is still to be shown, and gives the terminal back. */
  end(): Promise<void>;
}

export interface ShowOptions {
  /** The home that is worked on, if it is not the one that was named. */
  readonly home?: Home;
  /** With --json: a line per tick. */
  readonly isStream: boolean;
  /** Lines on a terminal too. */
  readonly isPlain: boolean;
  /** What the screen says of this dispatcher. */
  readonly word: string;
  /** A person has left the screen. */
  readonly onQuit: () => void;
}
