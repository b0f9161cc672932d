import type { Command } from "commander";

/** Who is told of one task. */
export interface SubscriptionOptions {
  readonly platform: string;
  readonly chatId: string;
  readonly threadId?: string;
}

export function addSubscriptionOptions(command: Command): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .requiredOption("--platform <name>", "such as telegram or slack: your command is told")
    .requiredOption("--chat-id <id>", "the chat there")
    .option("--thread-id <id>", "a thread of that chat");
}
