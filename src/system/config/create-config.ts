import type { ConfigTable } from "./config-table.ts";

/** `[create]`: what a new task has where nothing else is said. */
export interface CreateConfig {
  /** The profile that it is assigned to; null (default): none. */
  readonly defaultAssignee: string | null;
}

/** Reads `[create]`. Problems go to the table's source. */
export function readCreateConfig(table: ConfigTable): CreateConfig {
  const config = { defaultAssignee: table.text("default_assignee") };
  table.refuseUnknownKeys();
  return config;
}
