/** What a dispatcher that shows the screen says of itself. */
export interface TopFrame {
  /** Of this very process; null where it only looks. */
  readonly dispatching: string | null;
  /** What it met last that a person should know. */
  readonly problem: string | null;
  /** A command of ours as it must be typed here. */
  readonly typed: (command: string, board: string) => string;
}
