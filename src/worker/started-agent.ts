import { tryParse } from "../agents/agent-events.ts";
import type { StartedAgent } from "../board/usage.ts";
import type { RunDirectory } from "./run-directory.ts";
import { readEnds } from "./run-file.ts";

const charsMax = 4_000;
/** It may become an argument of the next run: nothing that could be an option. */
const sessionForm = /^[A-Za-z0-9][\w.-]{0,199}$/;

/** Leaves word of the agent in the run's folder, for a dispatcher that finds the run after this one has died. */
export function noteStartedAgent(directory: RunDirectory, agent: StartedAgent): void {
  directory.writeFile("agent.json", JSON.stringify(agent));
}

/** How the agent of a run was started. Null: it is none, or there is no word of it. */
export function readStartedAgent(directory: RunDirectory): StartedAgent | null {
  const file = readEnds(directory.filePath("agent.json"), { headBytes: 3 * charsMax, tailBytes: 0 });
  const noted = file === null || file.isPart ? null : tryParse(file.text);
  const agent = noted?.text("agent") ?? null;
  if (noted === null || agent === null) return null;
  const session = noted.text("session");
  return {
    agent: agent.slice(0, charsMax),
    permissions: noted.text("permissions")?.slice(0, charsMax) ?? null,
    session: session !== null && sessionForm.test(session) ? session : null,
    workspacePath: noted.text("workspacePath"),
    resumedRunId: noted.amount("resumedRunId"),
  };
}
