/** What a profile's command may contain, each replaced when a run is spawned. */
export const COMMAND_PLACEHOLDERS = [
  "body",
  "prompt",
  "task",
  "title",
  "workspace",
  "context_file",
  "body_file",
  "run",
  "model",
  "provider",
  "skills",
  "branch",
  "max_runtime_s",
  "max_cost_usd",
  "prompt_file",
  "session",
  "usage_file",
  "mcp_file",
] as const;

/** Of these many tasks have none: an argument that is nothing else falls away, and the flag before it with it. */
export const OPTIONAL_PLACEHOLDERS: readonly string[] = [
  "model",
  "provider",
  "skills",
  "branch",
  "max_runtime_s",
  "max_cost_usd",
] satisfies (typeof COMMAND_PLACEHOLDERS)[number][];

/** The placeholders in one argument, known or not: `{word}` of a-z and `_`. Whatever else is in braces is text. */
export function listPlaceholders(argument: string): readonly string[] {
  return [...argument.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1] ?? "");
}
