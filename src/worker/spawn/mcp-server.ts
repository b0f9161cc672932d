import { commonMcpFile } from "../../system/config/agents/preset.ts";
import type { Profile } from "../../system/config/config.ts";
import type { ProfileAgent } from "../../system/config/profile-agent.ts";
import type { RunDirectory } from "../run-directory.ts";
import { usesPlaceholder } from "./command.ts";

/**
 * Hands the board's MCP server to one run, where its profile asks for it: by a file in the run's folder that `{mcp_file}` stands
 * for, and by the variables that its agent reads, which are added to `environment`. Inside the run that server has the tools of
 * its own task alone. What the user has told the agent themselves is not touched.
 */
export function handMcpServer(
  { agent, command, env }: Profile,
  run: {
    readonly environment: Record<string, string>;
    readonly directory: RunDirectory;
    readonly selfCommand: readonly string[];
  },
): void {
  const { environment, directory } = run;
  const path = mcpFilePath(agent, directory);
  const variables = Object.entries(agent?.mcp?.env ?? {});
  if (usesPlaceholder([...command, ...variables.map(([, value]) => value)], "mcp_file"))
    writeMcpFile(agent, directory, {
      kanban: { ...describeServer(run.selfCommand, environment), ...agent?.mcp?.server },
    });
  for (const [name, value] of variables)
    if (!Object.hasOwn(env, name)) environment[name] = value.replaceAll("{mcp_file}", path);
}

/** Where the servers of a run stand, in the form that its agent reads. */
export function mcpFilePath(agent: ProfileAgent | null, directory: RunDirectory): string {
  return directory.filePath((agent?.mcp?.file ?? commonMcpFile).name);
}

/** @param servers by name */
export function writeMcpFile(agent: ProfileAgent | null, directory: RunDirectory, servers: object): void {
  const { name, text } = agent?.mcp?.file ?? commonMcpFile;
  directory.writeFile(name, `${text.replace("{servers}", () => JSON.stringify(servers, null, 2))}\n`);
}

/**
 * Who the worker is stands in it: many pass on to a server no variable that is not named, or none whose name has TOKEN in it.
 * `tools` and `trust` are Copilot's and Qwen's words for "all of them, unasked".
 */
function describeServer(
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): object {
  const own = Object.entries(environment).filter(([name]) => name.startsWith("KANBUN_"));
  return {
    type: "stdio",
    command: program,
    args: [...args, "mcp"],
    env: Object.fromEntries(own),
    tools: ["*"],
    trust: true,
  };
}
