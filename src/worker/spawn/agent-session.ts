import type { Run } from "../../board/run.ts";
import type { StartedAgent } from "../../board/usage.ts";
import type { Profile } from "../../system/config/config.ts";

/** By which line an agent is started, and in which session. */
export interface AgentSession {
  readonly command: readonly string[];
  /** What `{session}` stands for. */
  readonly session: string;
  /** What is written down of it; null: it is no agent that is known. */
  readonly started: StartedAgent | null;
}

/**
 * A new session, or where the profile resumes the one of the last try: of the same agent in the same folder. A try that went on
 * with one and failed may have found it gone: the next one begins anew.
 * @param runs of the task, oldest first
 */
export function chooseSession(profile: Profile, runs: readonly Run[], workspace: string): AgentSession {
  const { agent, command } = profile;
  const fresh = crypto.randomUUID();
  if (agent === null) return { command, session: fresh, started: null };
  const { preset, level, permission } = agent;
  const permissions = level === null ? null : `${level}: ${permission?.meaning}`;
  const about = { agent: preset.name, permissions, workspacePath: workspace };
  const last = profile.resume ? findSession(runs, preset.name, workspace) : null;
  if (last === null || agent.resumeCommand === null) {
    const isNamed = preset.session.fresh.length > 0;
    const started = { ...about, session: isNamed ? fresh : null, resumedRunId: null };
    return { command, session: fresh, started };
  }
  const { session, runId } = last;
  return { command: agent.resumeCommand, session, started: { ...about, session, resumedRunId: runId } };
}

function findSession(
  runs: readonly Run[],
  agent: string,
  workspace: string,
): { readonly session: string; readonly runId: number } | null {
  const last = runs.findLast((run) => run.endedAtMs !== null && run.usage?.agent === agent);
  const usage = last?.usage;
  if (last === undefined || usage?.session == null || usage.workspacePath !== workspace) return null;
  if (usage.resumedRunId !== null && last.outcome === "crashed") return null;
  return { session: usage.session, runId: last.id };
}
