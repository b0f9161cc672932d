import type { ProfileHooks } from "../../system/config/profile-hooks.ts";

/** What a run's wrapper is told: it stands as a file in the run's folder. */
export interface HookPlan extends ProfileHooks {
  /** A command that must pass before the run counts as done; null: none, or the worker's verdict asks for it. */
  readonly verify: string | null;
  readonly workspace: string;
  /** Whether Kanbun made it: only then it is set up, once. */
  readonly isOurs: boolean;
  /** Of a worktree; "" for any other workspace. */
  readonly repository: string;
  /** Whether exit code 0 completes the task. */
  readonly completesOnExit: boolean;
  readonly run: number;
}

/** The first word of the command line that runs a worker between its hooks. */
export const hookWord = "--with-hooks";
