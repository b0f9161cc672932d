import { readAgentReport } from "../agents/read-report.ts";
import type { AgentReport } from "../board/agent-report.ts";
import type { RunDirectory } from "./run-directory.ts";
import { readEnds } from "./run-file.ts";

/** Enough for any agent's first and last events. What lies between is looked at only where steps are to be added up. */
const logEnds = { headBytes: 256 * 1024, tailBytes: 4 * 1024 * 1024 };
const usageFileEnds = { headBytes: 1024 * 1024, tailBytes: 0 };

/** What the agent of a run said at its end, by its log and its usage file. Null: nothing that is known. */
export function readAgentOutput(
  directory: RunDirectory,
  at: { readonly countsOn: boolean; readonly nowMs: number },
): AgentReport | null {
  const log = readEnds(directory.logPath, logEnds);
  const usage = readEnds(directory.filePath("usage.json"), usageFileEnds);
  const output = {
    log: log?.text ?? "",
    usageFile: usage?.isPart === false ? usage.text : "",
    isPart: log?.isPart ?? false,
    countsOn: at.countsOn,
  };
  return readAgentReport(output, at.nowMs);
}
