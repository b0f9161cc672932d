import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addSubscriptionOptions, type SubscriptionOptions } from "../input/subscription.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  addSubscriptionOptions(command);
  command.action(async (text: string, { platform, chatId, threadId = "" }: SubscriptionOptions) => {
    await using session = await cli.open("write");
    const taskId = await session.taskId(text);
    if (!(await session.store.unsubscribe({ taskId, platform, chatId, threadId })))
      throw new BoardError("not_found", `${taskId}: ${platform} ${chatId} is not told of it`, {
        hint: "see `kanbun notify-list`",
      });
    await cli.output.answer(
      { taskId, platform, chatId, threadId },
      () => `${taskId}: ${platform} ${chatId} is told nothing more\n`,
    );
  });
  addExamples(command, "kanbun notify-unsubscribe t_0123abcd --platform telegram --chat-id 42");
}
