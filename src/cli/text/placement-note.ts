import type { Task } from "../../board/task.ts";
import type { Session } from "../../home/session/session.ts";
import type { CliContext } from "../input/command.ts";

/** Remarks that no host that is alive has what a new task asks for, if that is so. Loads nothing for one that asks for nothing. */
export async function notePlacement(cli: CliContext, session: Session, task: Task): Promise<void> {
  if (cli.output.isJson || (task.host === null && task.labels.length === 0)) return;
  const { findPlacementNote } = await import("../../home/stores/placing-hosts.ts");
  const note = await findPlacementNote(session, task);
  if (note !== null && !note.isServed) cli.output.note(`note: nothing starts it yet: it ${note.detail}`);
}
