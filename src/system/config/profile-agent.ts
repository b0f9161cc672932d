import { nearestName } from "../text/nearest-name.ts";
import {
  type AgentPreset,
  defaultPermission,
  type McpHanding,
  type Permission,
  type PermissionLevel,
  permissionLevels,
} from "./agents/preset.ts";
import { agentPresets, getAgentPreset } from "./agents/presets.ts";
import type { ConfigTable } from "./config-table.ts";
import { refuseUnknownPlaceholders } from "./unknown-placeholders.ts";

/** The coding agent that a profile names with `agent`. */
export interface ProfileAgent {
  readonly preset: AgentPreset;
  /** null: the profile has a command of its own, which says itself what the agent may do. */
  readonly level: PermissionLevel | null;
  readonly permission: Permission | null;
  /** The command that goes on with a session; null: it can't, or the profile has a command of its own. */
  readonly resumeCommand: readonly string[] | null;
  /** How it is given the board's MCP server for its run; null: it isn't. */
  readonly mcp: McpHanding | null;
}

/**
 * Reads `agent`, `permissions`, `mcp` and `args` of a profile.
 * @returns its command; null where there is no agent, or the profile has a command of its own
 */
export function readProfileAgent(
  profile: string,
  table: ConfigTable,
): { readonly agent: ProfileAgent | null; readonly command: readonly string[] | null } {
  const name = table.text("agent");
  const asked = table.choice("permissions", permissionLevels);
  const args = table.strings("args");
  refuseUnknownPlaceholders(table, "args", { words: args ?? [] });
  const wantsMcp = table.boolean("mcp") ?? false;
  const preset = name === null ? null : getAgentPreset(name);
  const hasCommand = table.entries().some(([key]) => key === "command");
  if (preset === null) {
    if (name !== null) refuseAgent(table, name);
    else for (const key of agentKeys) refuseBeside(table, key, 'beside `agent = "…"` alone');
    return { agent: null, command: null };
  }
  if (hasCommand) {
    for (const key of agentKeys)
      refuseBeside(table, key, "no `command` beside it, which says all of that itself");
    return {
      agent: { preset, level: null, permission: null, resumeCommand: null, mcp: null },
      command: null,
    };
  }
  const level = asked ?? defaultPermission(preset);
  const permission = level === null ? null : preset.permissions[level];
  if (level === null || permission === null) {
    const has = permissionLevels.filter((known) => preset.permissions[known] !== null);
    const given = has.map((known) => `"${known}" (${preset.permissions[known]?.meaning})`).join(" or ");
    table.refuse("permissions", `${given}: ${preset.title} has no other level`, asked ?? undefined);
    return { agent: null, command: [preset.program] };
  }
  const mcp = wantsMcp ? (preset.mcp ?? refuseMcp(table, preset)) : null;
  const line = (session: readonly string[]) => [
    preset.program,
    ...preset.args.flatMap((word) => {
      if (word === "@permissions") return permission.args;
      if (word === "@session") return session;
      if (word === "@mcp") return mcp?.args ?? [];
      if (word === "@args") return args ?? [];
      return word === "@name" ? profile : word;
    }),
  ];
  const { fresh, resume } = preset.session;
  return {
    agent: { preset, level, permission, resumeCommand: resume === null ? null : line(resume), mcp },
    command: line(fresh),
  };
}

/** What only an agent's own line has a place for. */
const agentKeys = ["permissions", "args", "mcp"];

function refuseMcp(table: ConfigTable, { title }: AgentPreset): null {
  const able = agentPresets.filter(({ mcp }) => mcp !== null).map(({ name }) => name);
  return table.refuse(
    "mcp",
    `an agent that takes an MCP server for one run (${able.join(", ")}): ${title} does not`,
    true,
  );
}

function refuseBeside(table: ConfigTable, key: string, expected: string): void {
  if (table.entries().some(([name]) => name === key)) table.refuse(key, expected, undefined);
}

function refuseAgent(table: ConfigTable, name: string): void {
  const known = agentPresets.map((preset) => preset.name);
  const meant = nearestName(name, known);
  const hint = meant === null ? `for any other say \`command\`` : `did you mean \`${meant}\`?`;
  table.refuse("agent", `one of ${known.join(", ")} (${hint})`, name);
}
