/** How much an agent may do without being asked. */
export const permissionLevels = ["safe", "edit", "full"] as const;
export type PermissionLevel = (typeof permissionLevels)[number];

/** What a level is for one agent. */
export interface Permission {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What the agent may then do, in words: shown, and recorded with the run. */
  readonly meaning: string;
  /** It runs no commands, or none that reach the board: what it can say but its last words it says by `mcp = true`. */
  readonly isCutOff?: true;
}

/** What makes an agent start `kanbun mcp` for one run. */
export interface McpHanding {
  /** They stand where `@mcp` is; `{mcp_file}` is a file of the run that names the server. */
  readonly args?: readonly string[];
  /** `{mcp_file}` in a value is that file too. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where it reads another form than most: `{servers}` in its text is an object of servers by name. */
  readonly file?: McpFile;
  /** What it wants to be said of the server beside its command: that its few tools are there from the start, and need no search. */
  readonly server?: Readonly<Record<string, boolean | string>>;
  /** As `checked`, for this alone: `run` is an agent of that version that was seen to connect. */
  readonly how: "run" | "read";
}

export interface McpFile {
  readonly name: "mcp.json" | "mcp.mjs";
  readonly text: string;
}

/** The form that most agents read. */
export const commonMcpFile: McpFile = { name: "mcp.json", text: '{"mcpServers":{servers}}' };

/** How a coding agent is started without a terminal, and what it says at its end. Data alone: no code is made for one agent. */
export interface AgentPreset {
  readonly name: string;
  readonly title: string;
  /** Its file's name on the PATH. */
  readonly program: string;
  /**
   * Behind the program. `@permissions`, `@session`, `@mcp` and `@args` stand for what the level, the session, `mcp = true` and the profile
   * put there, `@name` for the profile's name; placeholders are those of a profile's command.
   */
  readonly args: readonly string[];
  /** How the prompt goes in: by standard input, or by a placeholder among the arguments. */
  readonly stdin: "prompt" | "none";
  /** null: it has no such level. */
  readonly permissions: Readonly<Record<PermissionLevel, Permission | null>>;
  readonly session: {
    /** Names the session of a new run, where the agent takes a name. */
    readonly fresh: readonly string[];
    /** Goes on with the session `{session}`; null: it can't. */
    readonly resume: readonly string[] | null;
    /** What a resumed session tells that it used contains what it had used before. */
    readonly countsOn?: true;
  };
  readonly env?: Readonly<Record<string, string>>;
  /** Beside what all agents are passed. */
  readonly passEnv: readonly string[];
  /** Exit codes with a meaning of their own; `never`: another try can't help. */
  readonly exitCodes?: Readonly<Record<number, { readonly meaning: string; readonly again?: "never" }>>;
  readonly completes?: "by-verdict";
  readonly hermes?: true;
  /** Which limits it takes by flag, in words. */
  readonly limits: string;
  /** Where tokens and cost stand in its output, in words. */
  readonly cost: string;
  /** Dollars are among it. */
  readonly tellsDollars?: true;
  /** It prints no events: whatever looks like one is a text that it shows. */
  readonly isProse?: true;
  /** How the board's MCP server is given to one run (`mcp = true`) without touching the user's own settings; null: it can't be. */
  readonly mcp: McpHanding | null;
  /** How to get it. */
  readonly install: string;
  readonly checked: {
    readonly version: string;
    /** `run`: its own --help was asked for each flag. `read`: its documentation says so, and it was not run. */
    readonly how: "run" | "read";
  };
}

/** Proxies, certificates and folders of settings: what any agent needs to reach its provider. */
export const agentPassEnv: readonly string[] = [
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "XDG_*", "GIT_AUTHOR_*", "GIT_COMMITTER_*"],
];

/** The level of a profile that names none: never one that lets an agent do everything. Null: it has only that one. */
export function defaultPermission({ permissions }: AgentPreset): PermissionLevel | null {
  return permissions.edit !== null ? "edit" : permissions.safe !== null ? "safe" : null;
}
