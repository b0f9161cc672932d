import type { Question } from "./question.ts";
import type { Returns } from "./retry.ts";
import type { Judgement } from "./supervision.ts";
import type { BlockKind, Task } from "./task.ts";

/** Parents that are not done: how many, and the first few, those that a person must see to before others. */
export interface OpenParents {
  readonly count: number;
  readonly first: readonly { readonly id: string; readonly title: string }[];
}

/** What explaining one task needs to know of its surroundings. */
export interface HoldFacts {
  readonly task: Task;
  readonly openParents: OpenParents;
  readonly claim: {
    readonly holder: "worker" | "person" | "foreign";
    readonly runId: number;
    readonly pid: number | null;
    readonly host: string;
    readonly isHere: boolean;
    /** The profile at work, or of a person's claim that person. */
    readonly by: string | null;
  } | null;
  /** What a tick would do about the processes of its last run; undefined where no one has looked. */
  readonly judgement?: Judgement | undefined;
  /** Who reads this; undefined: it is not known. */
  readonly reader?: string;
  /** False: no dispatcher stays on this board, or is at it just now. Default: true. */
  readonly hasDispatcher?: boolean;
  /** A parent is open, and no person has let it go on without. */
  readonly waitsForParents: boolean;
  readonly hasLiveRun: boolean;
  /** What it waits to be told. */
  readonly question: Question | null;
  /** Its last run met the limit of its profile. */
  readonly isRateLimited: boolean;
  /** How often in a row it came back without a failure, and how it did the last time; null: it did not. */
  readonly returns: Returns | null;
  /** Why it was blocked, as the last block or breaker event has it. */
  readonly block: {
    readonly gaveUp: boolean;
    /** The parent that was cancelled while it waited for it. */
    readonly cancelledParent: string | null;
    /** The breaker tripped because another try can't help. */
    readonly isHopeless: boolean;
    readonly reason: string | null;
    readonly kind: BlockKind | null;
  } | null;
  /** Of a task in triage that stopped for the same words again and again: how often, and for which. */
  readonly loop: { readonly times: number; readonly reason: string | null } | null;
}
