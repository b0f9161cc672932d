import { agentPassEnv } from "./agents/preset.ts";
import { listPlaceholders } from "./command-placeholder.ts";
import type { ConfigTable } from "./config-table.ts";
import { type ProfileAgent, readProfileAgent } from "./profile-agent.ts";
import { type ProfileBudget, readBudget } from "./profile-budget.ts";
import { type ProfileHooks, readProfileHooks } from "./profile-hooks.ts";
import { refuseUnknownPlaceholders } from "./unknown-placeholders.ts";

/** Why something can't be used as it is configured. */
export interface ConfigFault {
  /** A line for each problem, as a `ConfigError` has them. */
  readonly message: string;
  /** The settings beside it are those of when it was last sound. False: they were never read, or in part. */
  readonly hasSettings: boolean;
}

/** The named way to run a worker. */
export interface Profile {
  readonly name: string;
  /**
   * The program and its arguments; no shell is between. In arguments, `{body}`, `{prompt}`, `{task}`, `{title}`,
   * `{workspace}`, `{context_file}`, `{body_file}`, `{prompt_file}`, `{run}`, `{model}`, `{provider}`, `{skills}`, `{branch}`,
   * `{max_runtime_s}`, `{max_cost_usd}`, `{session}`, `{usage_file}` and `{mcp_file}` are replaced, everything else stays as it is.
   */
  readonly command: readonly string[];
  /** Whether an argument may begin with a dash that came out of a task, as an option would. Default false. */
  readonly allowDashValues: boolean;
  readonly stdin: "none" | "body" | "prompt";
  /** Whether exit code 0 completes the task, or only a verdict that the worker gave. */
  readonly completes: "on-exit" | "by-verdict";
  readonly env: Readonly<Record<string, string>>;
  /** Names of variables that the worker inherits; `*` stands for any number of characters. */
  readonly passEnv: readonly string[];
  /** Names of variables that it is never given, whatever `passEnv` says: they hold the passwords of stores. */
  readonly withheldEnv: readonly string[];
  /** Absolute; null = the workspace. */
  readonly cwd: string | null;
  /** Runs at a time; 0 = paused, null = no limit of its own. */
  readonly maxInProgress: number | null;
  readonly maxRuntimeMs: number | null;
  /** No heartbeat for longer than this is stale; null = never. */
  readonly staleAfterMs: number | null;
  /** From TERM to KILL. Default 10 s. */
  readonly graceMs: number;
  /** Failures in a row that block the task: 1 blocks on the first. Null = the limit of `[dispatch]`. */
  readonly maxRetries: number | null;
  /** Whether the worker also gets the variables of Hermes. */
  readonly hermes: boolean;
  /** The coding agent that it starts; null: none that is known. */
  readonly agent: ProfileAgent | null;
  /** What `{model}` and `{provider}` are where a task asks for nothing. */
  readonly model: string | null;
  readonly provider: string | null;
  /** The file of its prompt's template, below the home; null: the default. */
  readonly prompt: string | null;
  /** No byte in the log for longer than this is stale; null = never. */
  readonly stallAfterMs: number | null;
  /** Whether another try goes on with the session of the one before. */
  readonly resume: boolean;
  readonly budget: ProfileBudget;
  /** null: nothing is run before or after the worker. */
  readonly hooks: ProfileHooks | null;
  /** A shell command that must pass before a task is done; null: none. */
  readonly verify: string | null;
  /** Why no worker may be started with it; null: it is sound. */
  readonly fault: ConfigFault | null;
}

/** The meaning of every `max_retries` (W50). */
export const MAX_RETRIES_RULE = {
  min: 1,
  meaning: "give up after n failures in a row; 1: at the first",
};

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
const ENV_PATTERN = /^[A-Za-z_*][A-Za-z0-9_*]*$/;

/**
 * Reads `[profiles.<name>]`. Problems go to the table's source; a profile that has some is not fit for use.
 * @param builtInCommand what runs when the table has no `command`; null = it must have one
 */
export function readProfile(
  name: string,
  table: ConfigTable,
  builtInCommand: readonly string[] | null,
): Profile {
  const own = table.boolean("hermes");
  const { agent, command: agentCommand } = readProfileAgent(name, table);
  const preset = agent?.preset;
  const hermes = own ?? preset?.hermes ?? false;
  const completes = table.choice("completes", ["on-exit", "by-verdict"]);
  const env = table.texts("env", envNameProblem) ?? {};
  const command = readCommand(table, agentCommand ?? builtInCommand);
  const profile: Profile = {
    name,
    command,
    allowDashValues: table.boolean("allow_dash_values") ?? false,
    stdin:
      table.choice("stdin", ["none", "body", "prompt"]) ??
      (agentCommand === null ? "none" : (preset?.stdin ?? "none")),
    completes: completes ?? preset?.completes ?? (hermes ? "by-verdict" : "on-exit"),
    env: agent === null ? env : { ...preset?.env, ...agent.permission?.env, ...env },
    passEnv: [...(preset === undefined ? [] : [...agentPassEnv, ...preset.passEnv]), ...readPassEnv(table)],
    withheldEnv: [],
    cwd: table.absolutePath("cwd"),
    maxInProgress: table.integer("max_in_progress", {
      min: 0,
      meaning: "runs at a time; 0 pauses the profile",
    }),
    maxRuntimeMs: table.durationMs("max_runtime", 1),
    staleAfterMs: table.durationMs("stale_after", 1),
    graceMs: table.durationMs("grace") ?? 10_000,
    maxRetries: table.integer("max_retries", MAX_RETRIES_RULE),
    hermes,
    agent,
    model: table.text("model"),
    provider: table.text("provider"),
    prompt: readPromptFile(table),
    stallAfterMs: table.durationMs("stall_after", 1),
    resume: readResume(table, agent),
    budget: readBudget(table, { agent, command }),
    hooks: readProfileHooks(table),
    verify: table.text("verify"),
    fault: null,
  };
  table.refuseUnknownKeys();
  return profile;
}

function readResume(table: ConfigTable, agent: ProfileAgent | null): boolean {
  const resume = table.boolean("resume") ?? false;
  if (resume && agent?.resumeCommand == null)
    table.refuse("resume", "an agent that can go on with a session: see `kanbun agents`", resume);
  return resume;
}

/** Below the home, where the settings are: who can write there decides what runs anyway, and no other mount is asked. */
function readPromptFile(table: ConfigTable): string | null {
  const path = table.text("prompt");
  if (path === null || /^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\\:]+$/.test(path)) return path;
  return table.refuse(
    "prompt",
    'the path of a file in the folder of kanbun.toml, such as "prompts/claude.md"',
    path,
  );
}

function readCommand(table: ConfigTable, builtInCommand: readonly string[] | null): readonly string[] {
  const command = table.strings("command");
  if (command === null) {
    const isMissing = !table.entries().some(([key]) => key === "command");
    const hasAgent = table.entries().some(([key]) => key === "agent");
    if (isMissing && !hasAgent && builtInCommand === null) {
      table.refuse(
        "command",
        'an array of strings, such as ["claude", "-p", "{prompt}"]: a profile needs one',
        undefined,
      );
    }
    return builtInCommand ?? [];
  }
  const [program = ""] = command;
  if (program === "") table.refuse("command", "a program before its arguments", command);
  else if (listPlaceholders(program).length > 0) {
    table.refuse("command", "a program without placeholders: they are for arguments", program, 0);
  }
  refuseUnknownPlaceholders(table, "command", { words: command, from: 1 });
  return command;
}

function envNameProblem(name: string): string | null {
  if (!ENV_NAME.test(name)) return "a name of letters, digits and _ that does not start with a digit";
  // Windows does not tell upper from lower case.
  return /^KANBUN_/i.test(name) ? "another name: Kanbun itself sets those with KANBUN_" : null;
}

function readPassEnv(table: ConfigTable): readonly string[] {
  const patterns = table.strings("pass_env") ?? [];
  for (const [i, pattern] of patterns.entries()) {
    if (ENV_PATTERN.test(pattern)) continue;
    table.refuse(
      "pass_env",
      'the name of a variable, with * for any characters, such as "ANTHROPIC_*"',
      pattern,
      i,
    );
  }
  return patterns;
}
