import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { addSubscriptionOptions, type SubscriptionOptions } from "../input/subscription.ts";

interface SubscribeOptions extends SubscriptionOptions {
  readonly chatType?: string;
  readonly userId?: string;
  readonly notifierProfile?: string;
}

export function defineCommand(command: Command, cli: CliContext): void {
  addSubscriptionOptions(command);
  command
    .option("--chat-type <type>", "kept for your command")
    .option("--user-id <id>", "kept for your command")
    .option("--notifier-profile <name>", "kept for your command")
    .action(async (text: string, options: SubscribeOptions) => {
      await using session = await cli.open("write");
      const taskId = await session.taskId(text);
      const { platform, chatId, threadId = "", chatType, userId, notifierProfile } = options;
      const to = { taskId, platform, chatId, threadId };
      const more = {
        chatType: chatType ?? null,
        userId: userId ?? null,
        notifierProfile: notifierProfile ?? null,
      };
      await session.store.subscribe({ ...to, ...more });
      await cli.output.answer(to, () => `${taskId}: ${platform} ${chatId} is told what becomes of it\n`);
      const { notify } = await cli.place.configAsFarAsItGoes();
      if (![...notify.values()].some(({ subscriptions }) => subscriptions))
        cli.output.note(
          "note: no [notify.<name>] of kanbun.toml has subscriptions = true, so no command of yours tells it",
        );
    });
  addExamples(command, "kanbun notify-subscribe t_0123abcd --platform telegram --chat-id 42");
}
