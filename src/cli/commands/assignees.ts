import type { Command } from "commander";
import { taskStatuses } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatTable } from "../text/table.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command.action(async () => {
    const { profiles } = await cli.place.config();
    await using session = await cli.open("read");
    const found = await session.store.listAssignees();
    const assignees = found.map((one) => ({ ...one, isProfile: profiles.has(one.name) }));
    await cli.output.answer({ assignees }, (screen) => {
      const rows = assignees.map(({ name, byStatus, isProfile }) => [
        visibleLine(name),
        isProfile ? "profile" : "no profile",
        taskStatuses
          .flatMap((status) => (byStatus[status] ? [`${byStatus[status]} ${status}`] : []))
          .join(", "),
      ]);
      return formatTable(rows, screen, { head: ["name", "is a", "tasks"] });
    });
    if (assignees.length === 0) cli.output.note("no task has an assignee");
  });
  addExamples(command, "kanbun assignees");
}
