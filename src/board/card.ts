import type { RunOutcome } from "./run.ts";
import type { ListedTask, TaskStatus } from "./task.ts";

/** A task as a board shows it: what a card needs to know, in one look. */
export interface Card extends ListedTask {
  /** Grows with each change but heartbeats and comments: what a change is made against. */
  readonly revision: number;
  /** Its place in the order in which the board's tasks were made: of those of one second too, which their times don't tell. */
  readonly position: number;
  readonly comments: number;
  readonly attachments: number;
  /** How often it has been tried: its runs. */
  readonly tries: number;
  readonly children: number;
  readonly parents: number;
  /** Parents that are not over: how many, and the first few. */
  readonly openParents: number;
  readonly firstOpenParents: readonly CardParent[];
  /** The beginning of what it asks a person; null: nothing. */
  readonly question: string | null;
  /** What its runs have cost, as their agents say; null: none has said so. */
  readonly costUsd: number | null;
  readonly lastRun: CardRun | null;
}

export interface CardParent {
  readonly id: string;
  readonly title: string;
  readonly status: TaskStatus;
}

interface CardRun {
  readonly id: number;
  readonly profile: string | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** null while it is open. */
  readonly outcome: RunOutcome | null;
}
