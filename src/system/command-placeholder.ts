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
] as const;

/** The placeholders in one argument, known or not: `{word}` of a-z and `_`. Whatever else is in braces is text. */
export function listPlaceholders(argument: string): readonly string[] {
  return [...argument.matchAll(/\{([a-z_]+)\}/g)].map((match) => match[1] ?? "");
}
