import type { Home } from "../session/home.ts";

/** A remark that no profile has this name, else null: such a task waits for a person. That is allowed, but seldom meant. */
export async function unknownProfileNote(home: Home, assignee: string | null): Promise<string | null> {
  if (assignee === null || assignee === "shell") return null;
  try {
    const { profiles } = await home.place.config();
    if (profiles.has(assignee)) return null;
    const known = [...profiles.keys()].join(", ");
    return `there is no profile ${JSON.stringify(assignee)}, so no dispatcher starts it (there are: ${known})`;
  } catch (error) {
    // A configuration that cannot be used is told by `dispatch`; this task is made in any case.
    if (!(error instanceof Error && error.name === "ConfigError")) throw error;
    return null;
  }
}
