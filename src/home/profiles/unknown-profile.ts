import { nearestName } from "../../system/text/nearest-name.ts";
import type { Home } from "../session/home.ts";

/** A remark that no profile has this name, else null: such a task waits for a person. That is allowed, but seldom meant. */
export async function unknownProfileNote(home: Home, assignee: string | null): Promise<string | null> {
  if (assignee === null || assignee === "shell") return null;
  try {
    const { profiles } = await home.place.config();
    if (profiles.has(assignee)) return null;
    const known = [...profiles.keys()];
    const meant = nearestName(assignee, known);
    const which = meant === null ? `there are: ${known.join(", ")}` : `did you mean \`${meant}\`?`;
    return `there is no profile ${JSON.stringify(assignee)}, so no dispatcher starts it (${which})`;
  } catch (error) {
    // A configuration that cannot be used is told by `dispatch`; this task is made in any case.
    if (!(error instanceof Error && error.name === "ConfigError")) throw error;
    return null;
  }
}
