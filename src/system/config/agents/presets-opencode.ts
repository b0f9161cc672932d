import type { AgentPreset } from "./preset.ts";

/** It gets the run's variables from the agent, and `kanbun` is on the PATH of every worker. */
const openCodeServer = '{"mcp":{"kanban":{"type":"local","command":["kanbun","mcp"],"enabled":true}}}';

/** opencode and its fork take the same words. */
const openCodeArgs = [
  ...["run", "--format", "json", "@permissions", "--model", "{model}", "@session", "@args"],
];
const openCodePermissions: AgentPreset["permissions"] = {
  safe: { args: ["--agent", "plan"], meaning: "reads and plans, changes nothing", isCutOff: true },
  edit: { args: [], meaning: "what its own settings allow; what they ask for is refused" },
  full: { args: ["--auto"], meaning: "everything that its settings do not deny" },
};

export const openCode: AgentPreset = {
  name: "opencode",
  title: "OpenCode",
  program: "opencode",
  args: openCodeArgs,
  stdin: "prompt",
  permissions: openCodePermissions,
  session: { fresh: [], resume: ["--session", "{session}"] },
  env: { OPENCODE_DISABLE_AUTOUPDATE: "1" },
  passEnv: ["OPENCODE_*", "ANTHROPIC_*", "OPENAI_*", "GEMINI_*", "OPENROUTER_*"],
  limits: "none",
  cost: "part.cost and part.tokens of each step_finish, added up",
  tellsDollars: true,
  mcp: { env: { OPENCODE_CONFIG_CONTENT: openCodeServer }, how: "run" },
  install: "npm install -g opencode-ai",
  checked: { version: "1.18.33", how: "run" },
};

export const kilo: AgentPreset = {
  name: "kilo",
  title: "Kilo Code",
  program: "kilo",
  args: openCodeArgs,
  stdin: "prompt",
  permissions: openCodePermissions,
  session: { fresh: [], resume: ["--session", "{session}"] },
  passEnv: ["KILO_*", "ANTHROPIC_*", "OPENAI_*", "OPENROUTER_*"],
  limits: "none",
  cost: "part.cost and part.tokens of each step_finish, added up",
  tellsDollars: true,
  mcp: { env: { KILO_CONFIG_CONTENT: openCodeServer }, how: "run" },
  install: "npm install -g @kilocode/cli",
  checked: { version: "7.7.9", how: "run" },
};
