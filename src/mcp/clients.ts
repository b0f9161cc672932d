import { join } from "node:path";

/** A program that can use MCP servers, and how this one is made known to it: by its own command, or an entry in a JSON file. */
export interface McpClient {
  readonly title: string;
  readonly way:
    | { readonly kind: "command"; readonly command: (server: readonly string[]) => readonly string[] }
    | {
        readonly kind: "file";
        /** Below the folder of the project. */
        readonly path: string;
        readonly keys: readonly string[];
        readonly entry: (server: readonly string[]) => unknown;
      };
}

const commandAndArgs = ([command, ...args]: readonly string[]) => ({ command, args });

/** By the name that is typed. */
export const mcpClients: Readonly<Record<string, McpClient>> = {
  claude: {
    title: "Claude Code",
    way: { kind: "command", command: (server) => ["claude", "mcp", "add", "kanban", "--", ...server] },
  },
  codex: {
    title: "Codex",
    way: { kind: "command", command: (server) => ["codex", "mcp", "add", "kanban", "--", ...server] },
  },
  gemini: {
    title: "Gemini CLI",
    way: { kind: "command", command: (server) => ["gemini", "mcp", "add", "kanban", ...server] },
  },
  cursor: {
    title: "Cursor",
    way: {
      kind: "file",
      path: join(".cursor", "mcp.json"),
      keys: ["mcpServers", "kanban"],
      entry: commandAndArgs,
    },
  },
  vscode: {
    title: "VS Code",
    way: {
      kind: "file",
      path: join(".vscode", "mcp.json"),
      keys: ["servers", "kanban"],
      entry: (server) => ({ type: "stdio", ...commandAndArgs(server) }),
    },
  },
  opencode: {
    title: "OpenCode",
    way: {
      kind: "file",
      path: "opencode.json",
      keys: ["mcp", "kanban"],
      entry: (server) => ({ type: "local", command: server, enabled: true }),
    },
  },
};
