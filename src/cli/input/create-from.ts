import { readDefaultAssignee } from "../../home/tasks/default-assignee.ts";
import { noteCrlf } from "../text/crlf-note.ts";
import { noteUnknownProfile } from "../text/profile-note.ts";
import type { CliContext } from "./command.ts";
import { openLineSource } from "./line-source.ts";
import { TaskLines } from "./task-lines.ts";
import { readTextLines } from "./text-lines.ts";

/** Makes the tasks of a file, one JSON object per line, or none of them. */
export async function createFrom(cli: CliContext, path: string): Promise<void> {
  using source = await openLineSource(path, cli.place.home);
  await using session = await cli.openForNew();
  const lines = new TaskLines(source.name, readTextLines(source.descriptor), cli.place, {
    assignee: await readDefaultAssignee(cli.home),
  });
  const { ids, existing } = await session.store.createTasks(lines, session.by(null));
  const created = ids.length - existing;
  const known = existing === 0 ? "" : `${existing} existed already`;
  await cli.output.answer({ created, existing, taskIds: ids }, (screen) =>
    screen.isTerminal
      ? `created ${created} ${created === 1 ? "task" : "tasks"}${known && `; ${known}`}\n`
      : ids.map((id) => `${id}\n`).join(""),
  );
  if (ids.length === 0) cli.output.note(`no tasks in ${source.name}`);
  else if (known && !(await cli.output.screen()).isTerminal) cli.output.note(known);
  noteCrlf(cli, lines.crlfCount);
  for (const assignee of lines.assignees) await noteUnknownProfile(cli, assignee);
}
