import type { AgentPreset } from "./preset.ts";
import { furtherPresets } from "./presets-further.ts";
import { kilo, openCode } from "./presets-opencode.ts";

/** Where the prompt is read from standard input, but a message is wanted as well. */
const asAbove = "Do the task above.";

/** Of a run: codex passes no variable on to a server that is not named. */
const runVariables = ["HOME", "BOARD", "TASK", "RUN", "TOKEN", "PROFILE", "WORKSPACE"].map(
  (name) => `"KANBUN_${name}"`,
);

const mainPresets: readonly AgentPreset[] = [
  {
    name: "claude",
    title: "Claude Code",
    program: "claude",
    args: [
      ...["-p", "--output-format", "stream-json", "--verbose", "@permissions", "@mcp"],
      ...["--model", "{model}", "--max-budget-usd", "{max_cost_usd}", "@session", "@args"],
    ],
    stdin: "prompt",
    permissions: {
      safe: {
        args: ["--permission-mode", "plan"],
        meaning: "reads and plans, changes nothing",
        isCutOff: true,
      },
      edit: {
        args: ["--permission-mode", "acceptEdits", "--allowedTools", "Bash(kanbun:*)"],
        meaning: "edits files and runs kanbun; other commands as its own settings allow",
      },
      full: {
        args: ["--permission-mode", "bypassPermissions"],
        meaning: "everything, never asked; it refuses this to root",
      },
    },
    session: { fresh: ["--session-id", "{session}"], resume: ["--resume", "{session}"], countsOn: true },
    env: { DISABLE_AUTOUPDATER: "1" },
    passEnv: ["ANTHROPIC_*", "CLAUDE_CONFIG_DIR", "CLAUDE_CODE_*"],
    limits: "money (--max-budget-usd)",
    cost: "result.total_cost_usd and result.modelUsage; an estimate of its own",
    tellsDollars: true,
    mcp: {
      args: ["--mcp-config", "{mcp_file}", "--allowedTools", "mcp__kanban"],
      server: { alwaysLoad: true },
      how: "run",
    },
    install: "npm install -g @anthropic-ai/claude-code",
    checked: { version: "2.1.332", how: "run" },
  },
  {
    name: "codex",
    title: "Codex",
    program: "codex",
    args: [
      "exec",
      "--json",
      "--skip-git-repo-check",
      "@permissions",
      "@mcp",
      "-m",
      "{model}",
      "@args",
      "@session",
      "-",
    ],
    stdin: "prompt",
    permissions: {
      safe: { args: ["-s", "read-only"], meaning: "reads, in its sandbox", isCutOff: true },
      edit: {
        args: ["-s", "workspace-write"],
        meaning:
          "runs commands in its sandbox: writes in the workspace alone, so not the board, and has no network",
        isCutOff: true,
      },
      full: {
        args: ["--dangerously-bypass-approvals-and-sandbox"],
        meaning: "everything, without its sandbox",
      },
    },
    session: { fresh: [], resume: ["resume", "{session}"], countsOn: true },
    passEnv: ["OPENAI_*", "CODEX_*"],
    limits: "none",
    cost: "turn.completed.usage; tokens, no money",
    mcp: {
      // Required: it would not wait for a server that starts slower than its first turn.
      args: [
        "-c",
        `mcp_servers.kanban={command="kanbun",args=["mcp"],env_vars=[${runVariables.join(",")}],required=true,default_tools_approval_mode="approve"}`,
      ],
      how: "run",
    },
    install: "npm install -g @openai/codex",
    checked: { version: "0.171.0", how: "run" },
  },
  openCode,
  {
    name: "copilot",
    title: "GitHub Copilot CLI",
    program: "copilot",
    args: [
      ...[
        "--output-format",
        "json",
        "--no-ask-user",
        "--no-auto-update",
        "@permissions",
        "@mcp",
        "--model",
        "{model}",
      ],
      ...["--usage-output-file", "{usage_file}", "@session", "@args"],
    ],
    stdin: "prompt",
    permissions: {
      safe: {
        args: ["--deny-tool=write", "--deny-tool=shell"],
        meaning: "reads; neither files nor commands",
        isCutOff: true,
      },
      edit: {
        args: ["--allow-tool=write", "--allow-tool=shell(kanbun:*)"],
        meaning: "edits files and runs kanbun; other commands are refused",
      },
      full: { args: ["--allow-all-tools"], meaning: "every tool, never asked" },
    },
    session: { fresh: ["--session-id", "{session}"], resume: ["--resume={session}"] },
    passEnv: ["GH_TOKEN", "GITHUB_TOKEN", "COPILOT_*"],
    limits: "credits (--max-ai-credits, with args)",
    cost: "tokens in the file of --usage-output-file; credits, no money",
    mcp: { args: ["--additional-mcp-config=@{mcp_file}", "--allow-tool=kanban"], how: "run" },
    install: "npm install -g @github/copilot",
    checked: { version: "1.0.102", how: "run" },
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    program: "gemini",
    args: [
      ...["-o", "stream-json", "--skip-trust", "@permissions", "-m", "{model}", "@session", "@args"],
      ...["-p", asAbove],
    ],
    stdin: "prompt",
    permissions: {
      safe: {
        args: ["--approval-mode", "plan"],
        meaning: "reads and plans, changes nothing",
        isCutOff: true,
      },
      edit: {
        args: ["--approval-mode", "auto_edit"],
        meaning: "edits files; commands are refused",
        isCutOff: true,
      },
      full: { args: ["--approval-mode", "yolo"], meaning: "everything, never asked" },
    },
    session: { fresh: ["--session-id", "{session}"], resume: ["--resume", "{session}"] },
    passEnv: ["GEMINI_*", "GOOGLE_*"],
    exitCodes: {
      41: { meaning: "it is not logged in", again: "never" },
      42: { meaning: "it could not use its input", again: "never" },
      44: { meaning: "its sandbox failed" },
      52: { meaning: "its settings are wrong", again: "never" },
      53: { meaning: "it ran out of turns" },
      54: { meaning: "one of its tools failed" },
      55: { meaning: "it does not trust this folder", again: "never" },
    },
    limits: "turns, in its own settings",
    cost: "result.stats; tokens, no money",
    // Its files of system settings must be root's, all others are the user's or the project's.
    mcp: null,
    install: "npm install -g @google/gemini-cli",
    checked: { version: "0.61.0", how: "run" },
  },
  {
    name: "qwen",
    title: "Qwen Code",
    program: "qwen",
    args: [...["-o", "stream-json", "@permissions", "@mcp", "-m", "{model}", "@session", "@args", asAbove]],
    stdin: "prompt",
    permissions: {
      safe: {
        args: ["--approval-mode", "plan"],
        meaning: "reads and plans, changes nothing",
        isCutOff: true,
      },
      edit: {
        args: ["--approval-mode", "auto-edit"],
        meaning: "edits files; commands are refused",
        isCutOff: true,
      },
      full: { args: ["--approval-mode", "yolo"], meaning: "everything, never asked" },
    },
    session: { fresh: ["--session-id", "{session}"], resume: ["--resume", "{session}"], countsOn: true },
    passEnv: ["QWEN_*", "OPENAI_*", "DASHSCOPE_*", "BAILIAN_*"],
    exitCodes: {
      53: { meaning: "it ran out of turns" },
      55: { meaning: "it ran out of time or of tool calls" },
    },
    limits: "turns, time, tool calls (--max-session-turns, with args)",
    cost: "result.usage; tokens, no money",
    mcp: { args: ["--mcp-config", "{mcp_file}"], server: { alwaysLoadTools: true }, how: "run" },
    install: "npm install -g @qwen-code/qwen-code",
    checked: { version: "0.24.4", how: "run" },
  },
  kilo,
  {
    name: "droid",
    title: "Factory Droid",
    program: "droid",
    args: ["exec", "-o", "stream-json", "@permissions", "@mcp", "-m", "{model}", "@session", "@args"],
    stdin: "prompt",
    permissions: {
      safe: { args: [], meaning: "reads, changes nothing", isCutOff: true },
      edit: { args: ["--auto", "low"], meaning: "edits files; no changes to the system" },
      full: { args: ["--auto", "high"], meaning: "commands with lasting effects, never asked" },
    },
    session: { fresh: [], resume: ["--session-id", "{session}"] },
    passEnv: ["FACTORY_*"],
    limits: "none",
    cost: "completion.usage; tokens, no money",
    // Merged with its own settings for this process alone.
    mcp: {
      args: ["--settings", "{mcp_file}"],
      file: { name: "mcp.json", text: '{"mcp":{"mcpServers":{servers}}}' },
      how: "run",
    },
    install: "npm install -g @factory/cli",
    checked: { version: "0.225.2", how: "run" },
  },
];

/** Every agent that a profile can name with `agent = "…"`, the most used first. */
export const agentPresets: readonly AgentPreset[] = [...mainPresets, ...furtherPresets];

/** null: there is none of that name. */
export function getAgentPreset(name: string): AgentPreset | null {
  return agentPresets.find((preset) => preset.name === name) ?? null;
}
