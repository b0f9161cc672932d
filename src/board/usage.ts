/** What a run of a coding agent used up, as the agent itself says: what it doesn't say is null, never a guess. */
export interface Usage {
  readonly model: string | null;
  /** Of the agent's own making: by it the agent finds its conversation again. */
  readonly session: string | null;
  readonly turns: number | null;
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly reasoningTokens: number | null;
  /** In US dollars. */
  readonly costUsd: number | null;
}

/** The midnight, local time, from which on a day's costs are added up. */
export function dayStartMs(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

/** The same with how the agent was started. */
export interface RunUsage extends Usage {
  readonly agent: string | null;
  /** What it was allowed to do: the level and what that means for it. */
  readonly permissions: string | null;
  /** The folder that it worked in: a session is found again from there alone. */
  readonly workspacePath: string | null;
  /** The run whose session it went on with. */
  readonly resumedRunId: number | null;
}

/** How a coding agent was started, written down with its process. */
export type StartedAgent = Pick<
  RunUsage,
  "agent" | "permissions" | "session" | "workspacePath" | "resumedRunId"
>;

/** What a run used, to be written down with its end. */
export interface EndedUsage extends Usage {
  /** Tokens and cost contain what its session had used before. */
  readonly countsOn: boolean;
}
