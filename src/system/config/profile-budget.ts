import { agentPresets } from "./agents/presets.ts";
import { listPlaceholders } from "./command-placeholder.ts";
import type { ConfigTable } from "./config-table.ts";
import type { ProfileAgent } from "./profile-agent.ts";

/** In US dollars, as agents tell their cost; null = no limit. */
export interface ProfileBudget {
  /** By the agent's own flag. */
  readonly runUsd: number | null;
  /** All runs of one task. */
  readonly taskUsd: number | null;
  /** All runs of the profile, on all boards of the home, from midnight to midnight, local time. */
  readonly dayUsd: number | null;
}

/** Reads a profile's limits of money. One that could never be reached is refused: it would be believed in. */
export function readBudget(
  table: ConfigTable,
  { agent, command }: { readonly agent: ProfileAgent | null; readonly command: readonly string[] },
): ProfileBudget {
  const runUsd = table.dollars("max_cost_usd");
  const taskUsd = table.dollars("max_task_cost_usd");
  const dayUsd = table.dollars("max_day_cost_usd");
  const takesLimit = command.some((word) => listPlaceholders(word).includes("max_cost_usd"));
  if (runUsd !== null && !takesLimit)
    table.refuse(
      "max_cost_usd",
      `{max_cost_usd} in the command: ${saidOf(agent, "takes no such limit")}`,
      runUsd,
    );
  const tells = agentPresets.filter(({ tellsDollars }) => tellsDollars).map(({ name }) => name);
  for (const [key, limit] of [
    ["max_task_cost_usd", taskUsd],
    ["max_day_cost_usd", dayUsd],
  ] as const) {
    if (limit === null || agent?.preset.tellsDollars) continue;
    table.refuse(
      key,
      `an agent that tells dollars (${tells.join(", ")}): ${saidOf(agent, "tells none")}`,
      limit,
    );
  }
  return { runUsd, taskUsd, dayUsd };
}

function saidOf(agent: ProfileAgent | null, what: string): string {
  return agent === null ? 'the profile names no agent with `agent = "…"`' : `${agent.preset.title} ${what}`;
}
