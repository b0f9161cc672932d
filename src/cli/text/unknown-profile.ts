import type { CliContext } from "../command.ts";
import { visibleLine } from "./visible.ts";

/** Remarks that no profile has this name: such a task waits for a person. That is allowed, but seldom meant. */
export async function noteUnknownProfile(cli: CliContext, assignee: string | null): Promise<void> {
  if (assignee === null || assignee === "shell" || cli.output.isJson) return;
  try {
    const { profiles } = await cli.place.config();
    if (profiles.has(assignee)) return;
    const known = [...profiles.keys()].join(", ");
    cli.output.note(
      `note: there is no profile ${JSON.stringify(visibleLine(assignee))}, so no dispatcher starts it (there are: ${known})`,
    );
  } catch (error) {
    // A configuration that cannot be used is told by `dispatch`; this task is made in any case.
    if (!(error instanceof Error && error.name === "ConfigError")) throw error;
  }
}
