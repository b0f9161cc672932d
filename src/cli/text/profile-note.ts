import type { Task } from "../../board/task.ts";
import { unknownProfileNote } from "../../home/profiles/unknown-profile.ts";
import type { CliContext } from "../input/command.ts";

/** Remarks that no profile has this name, if that is so. */
export async function noteUnknownProfile(cli: CliContext, assignee: string | null): Promise<void> {
  if (cli.output.isJson) return;
  const note = await unknownProfileNote(cli.home, assignee);
  if (note !== null) cli.output.note(`note: ${note}`);
}

/** Remarks on a terminal that a task waits for a person: who thinks of a queue of commands expects it to be started. */
export async function noteUnassigned(
  cli: CliContext,
  { id, assignee, status }: Pick<Task, "id" | "assignee" | "status">,
): Promise<void> {
  if (assignee !== null || (status !== "ready" && status !== "todo")) return;
  if (cli.output.isJson || !(await cli.output.screen()).isTerminal) return;
  const how = "--run gives one a command, --assignee a profile";
  cli.output.note(
    `note: no dispatcher starts it, as it has no assignee (${how}; now: \`kanbun edit ${id}\`)`,
  );
}
