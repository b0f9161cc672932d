import { BoardError } from "../../board/error.ts";
import {
  type AgentPreset,
  agentPassEnv,
  type PermissionLevel,
  permissionLevels,
} from "../../system/config/agents/preset.ts";
import { agentPresets, getAgentPreset } from "../../system/config/agents/presets.ts";
import { checkConfigText, readConfigFileText } from "../../system/config/config.ts";
import { resolveExecutable } from "../../system/files/executable.ts";
import { replaceFile, throughLinks } from "../../system/files/replace-file.ts";
import { requireNotForEverybody } from "../../system/files/write-access.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import type { Home } from "../session/home.ts";

/** A coding agent that is known, and whether it is here. */
export interface ListedAgent {
  readonly name: string;
  readonly title: string;
  /** The file that would run; null: it is not on the PATH. It was looked for, not started. */
  readonly program: string | null;
  /** The profiles that start it. */
  readonly profiles: readonly string[];
  readonly permissions: readonly {
    readonly level: PermissionLevel;
    readonly meaning: string;
    readonly args: readonly string[];
  }[];
  readonly canResume: boolean;
  /** Which variables it is passed beside those of every worker, with `*`. */
  readonly passEnv: readonly string[];
  readonly limits: string;
  readonly cost: string;
  /** What it is started with for `mcp = true`; null: it takes no MCP server for one run. */
  readonly mcp: {
    readonly args: readonly string[];
    readonly env: Readonly<Record<string, string>>;
    readonly how: "run" | "read";
  } | null;
  readonly install: string;
  readonly checked: AgentPreset["checked"];
}

/** Every agent that is known, the most used first. @throws {ConfigError} */
export async function listAgents(home: Home): Promise<readonly ListedAgent[]> {
  const { profiles } = await home.place.config();
  return agentPresets.map((preset) => {
    const found = resolveExecutable(preset.program, home.env.PATH, home.place.home);
    return {
      name: preset.name,
      title: preset.title,
      program: "path" in found ? found.path : null,
      profiles: [...profiles.values()]
        .filter(({ agent }) => agent?.preset.name === preset.name)
        .map(({ name }) => name),
      permissions: permissionLevels.flatMap((level) => {
        const permission = preset.permissions[level];
        return permission === null ? [] : { level, meaning: permission.meaning, args: permission.args };
      }),
      canResume: preset.session.resume !== null,
      passEnv: [...agentPassEnv, ...preset.passEnv],
      limits: preset.limits,
      cost: preset.cost,
      mcp: preset.mcp === null ? null : { args: [], env: {}, ...preset.mcp },
      install: preset.install,
      checked: preset.checked,
    };
  });
}

/** The agents on the PATH: looked for, not started. */
export function listFoundAgents(home: Home): readonly AgentPreset[] {
  return agentPresets.filter((preset) => "path" in resolveExecutable(preset.program, home.env.PATH, "/"));
}

/** One of them. @throws {BoardError} not_found */
export async function requireAgent(home: Home, name: string): Promise<ListedAgent> {
  const { name: known } = requirePreset(name);
  const agent = (await listAgents(home)).find((one) => one.name === known);
  if (agent === undefined) throw new BoardError("not_found", `there is no agent ${name}`);
  return agent;
}

export interface NewAgentProfile {
  /** The profile's name; the agent's own when left out. */
  readonly name?: string | undefined;
  readonly permissions?: PermissionLevel | undefined;
  readonly model?: string | undefined;
}

export interface WrittenProfile {
  readonly profile: string;
  readonly agent: string;
  readonly config: string;
  /** What is written, or would be. */
  readonly text: string;
  readonly command: readonly string[];
  readonly permissions: { readonly level: PermissionLevel; readonly meaning: string } | null;
  readonly isWritten: boolean;
}

/**
 * Adds a profile for an agent to the end of kanbun.toml, which stays otherwise as it is.
 * @param how.write false: only say what would be written
 * @throws {BoardError} not_found for an agent that is not known, conflict for a profile that is there
 * @throws {ConfigError} with it the file would not be sound
 */
export function addAgentProfile(
  home: Home,
  agent: string,
  how: NewAgentProfile & { readonly write: boolean },
): WrittenProfile {
  const preset = requirePreset(agent);
  const profile = how.name ?? preset.name;
  const folder = home.place.home;
  requireNotForEverybody(folder, "kanbun.toml");
  const { file, text: before } = readConfigFileText(folder);
  if (checkConfigText(file, before).profiles.has(profile))
    throw new BoardError("conflict", `there is a profile ${profile} already, in ${file}`, {
      hint: "give the new one another name with --name",
    });
  const text = renderProfile(preset, profile, how);
  const gap = before === "" ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const after = `${before}${gap}${text}`;
  const made = checkConfigText(file, after).profiles.get(profile);
  if (made === undefined)
    throw new BoardError("usage", `${JSON.stringify(profile)} can be no name of a profile`);
  if (how.write) replaceFile(throughLinks(file), after);
  const { level = null, permission = null } = made.agent ?? {};
  return {
    profile,
    agent: preset.name,
    config: file,
    text,
    command: made.command,
    permissions: level === null || permission === null ? null : { level, meaning: permission.meaning },
    isWritten: how.write,
  };
}

function renderProfile(
  preset: AgentPreset,
  profile: string,
  { permissions, model }: NewAgentProfile,
): string {
  const levels = permissionLevels.filter((level) => preset.permissions[level] !== null);
  const level =
    permissions ?? levels.find((one) => one === "edit") ?? levels.find((one) => one === "safe") ?? null;
  const permission = level === null ? null : preset.permissions[level];
  const meaning = permission?.meaning;
  const needsTools = permission?.isCutOff === true && preset.mcp !== null;
  const lines = [
    `[profiles.${/^[A-Za-z0-9_-]+$/.test(profile) ? profile : JSON.stringify(profile)}]`,
    `agent = ${JSON.stringify(preset.name)}`,
    ...(level === null ? [] : [`permissions = "${level}"${meaning === undefined ? "" : `   # ${meaning}`}`]),
    ...(model === undefined ? [] : [`model = ${JSON.stringify(model)}`]),
    ...(needsTools
      ? [`mcp = true   # its commands can't reach the board: it asks and hands in by these tools`]
      : []),
    `max_in_progress = 2`,
    `max_runtime = "1h"`,
  ];
  return `${lines.join("\n")}\n`;
}

function requirePreset(name: string): AgentPreset {
  const preset = getAgentPreset(name);
  if (preset !== null) return preset;
  const known = agentPresets.map((one) => one.name);
  const meant = nearestName(name, known);
  throw new BoardError("not_found", `there is no agent ${JSON.stringify(name)}`, {
    hint:
      meant === null
        ? `known are ${known.join(", ")}; for any other write a profile with a command (docs/profiles.md)`
        : `did you mean \`${meant}\`?`,
  });
}
