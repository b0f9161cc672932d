import type { Command } from "commander";
import { explainTask } from "../../home/tasks/explain.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatHold } from "../text/hold-text.ts";
import { describeOrigin } from "../text/repeat-text.ts";
import { nameTask } from "../text/task-text.ts";
import { visibleLine } from "../text/visible.ts";
import { wrap } from "../text/wrap.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .action(async (text: string | undefined) => {
      await using session = await cli.open("read", cli.place.board, { asActor: true });
      const task = await session.store.requireTask(await session.taskId(text));
      const hold = await explainTask(session, task.id);
      const origin = await session.store.getRepeatOf(task.id);
      const command = hold.command === null ? null : cli.output.typed(hold.command);
      await cli.output.answer(
        { taskId: task.id, title: task.title, status: task.status, ...hold, command, repeat: origin },
        (screen) => {
          const next = command === null ? "" : `  do: ${visibleLine(command)}\n`;
          const why = wrap(formatHold(hold), screen.columns - 2).map((line) => `  ${line}\n`);
          const made = describeOrigin(origin, task, screen);
          const repeats = made === null ? "" : `  repeats: ${made}\n`;
          return `${nameTask(task, screen)}\n${why.join("")}${repeats}${next}`;
        },
      );
    });
  addExamples(command, "kanbun explain t_0123abcd");
}
