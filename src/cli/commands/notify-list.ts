import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { formatSubscriptions } from "../text/notice-text.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id, or the beginning of one (default: all tasks)")
    .action(async (text: string | undefined) => {
      await using session = await cli.open("read");
      const taskId = text === undefined ? null : await session.taskId(text);
      const subscriptions = await session.store.listSubscriptions(taskId);
      await cli.output.answer({ subscriptions }, (screen) => formatSubscriptions(subscriptions, screen));
      if (subscriptions.length === 0) cli.output.note("no one is subscribed");
    });
  addExamples(command, "kanbun notify-list", "kanbun notify-list t_0123abcd");
}
