import type { Home } from "../session/home.ts";

/**
 * The profile that a new task is assigned to when none is named, from `default_assignee` in kanbun.toml; null: none. A
 * configuration that cannot be used has none: `dispatch` says what is wrong with it, and the task is made in any case.
 */
export async function readDefaultAssignee(home: Home): Promise<string | null> {
  return (await home.place.configAsFarAsItGoes()).create.defaultAssignee;
}
