import type { Profile } from "../../system/config/config.ts";
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
  if (usesPlaceholder(command, "mcp_file"))
    directory.writeFile("mcp.json", renderServerFile(run.selfCommand, environment));
  for (const [name, value] of Object.entries(agent?.mcp?.env ?? {}))
    if (!Object.hasOwn(env, name)) environment[name] = value;
}

/**
 * In the form that most agents read. Who the worker is stands in it: many pass on to a server no variable that is not named, or
 * none whose name has TOKEN in it. `tools` and `trust` are Copilot's and Qwen's words for "all of them, unasked".
 */
function renderServerFile(
  [program = "", ...args]: readonly string[],
  environment: Readonly<Record<string, string>>,
): string {
  const own = Object.entries(environment).filter(([name]) => name.startsWith("KANBUN_"));
  const server = {
    type: "stdio",
    command: program,
    args: [...args, "mcp"],
    env: Object.fromEntries(own),
    tools: ["*"],
    trust: true,
  };
  return `${JSON.stringify({ mcpServers: { kanban: server } }, null, 2)}\n`;
}
