import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { BoardEvent } from "../../board/event.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { textLimit, wholeHelp } from "../input/text-limit.ts";
import { formatEvent } from "../text/event-text.ts";
import { TitleBook } from "../text/title-book.ts";

interface EventsOptions {
  readonly boardWide?: boolean;
  readonly limit?: number;
  readonly whole?: true;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id, or the beginning of one")
    .option("--board-wide", "the history of the whole board")
    .option("--limit <n>", "only the newest n", wholeNumber(1))
    .option("--whole", wholeHelp)
    .action(async (text: string | undefined, { boardWide = false, limit, whole }: EventsOptions) => {
      if (boardWide === (text !== undefined))
        throw new BoardError("usage", "give either a task or --board-wide", {
          hint: "such as `kanbun events t_0123abcd`",
        });
      await using session = await cli.open("read");
      const task = text === undefined ? null : await session.store.requireTask(await session.taskId(text));
      const events = await session.store.listEvents({
        ...(task === null ? {} : { taskId: task.id }),
        ...(limit === undefined ? {} : { limit }),
        ...textLimit(whole),
      });
      const titles = new TitleBook(session.store);
      const named: (readonly [BoardEvent, string | null])[] = [];
      for (const event of events)
        named.push([event, boardWide && !cli.output.isJson ? await titles.titleOf(event.taskId) : null]);
      await cli.output.answer({ task: task?.id ?? null, events }, (screen) =>
        named.map(([event, title]) => `${formatEvent(event, screen, { title })}\n`).join(""),
      );
    });
  addExamples(command, "kanbun events t_0123abcd", "kanbun events --board-wide --limit 50");
}
