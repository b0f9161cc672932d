import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { BoardEvent } from "../../board/event.ts";
import { followEvents } from "../../home/boards/follow-events.ts";
import type { Session } from "../../home/session/session.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { textLimit, wholeHelp } from "../input/text-limit.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { formatEvent } from "../text/event-text.ts";
import { stdoutIsClosed } from "../text/standard-streams.ts";
import { TitleBook } from "../text/title-book.ts";

interface EventsOptions {
  readonly boardWide?: boolean;
  readonly follow?: boolean;
  readonly limit?: number;
  readonly whole?: true;
}

/** So many of a board's history are shown; of one task all. */
const boardMax = 20;
const pollMs = 100;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id, or the beginning of one (default: the whole board)")
    .option("-f, --follow", "keep printing new events until interrupted")
    .option(
      "-n, --limit <n>",
      `only the newest n (default: ${boardMax} of the board, all of a task)`,
      wholeNumber(1),
    )
    .option("--board-wide", "all of the board's history, unless --limit is given")
    .option("--whole", wholeHelp)
    .action(async (text: string | undefined, options: EventsOptions) => {
      const { boardWide = false, follow = false, limit, whole } = options;
      if (boardWide && text !== undefined)
        throw new BoardError("usage", "give either a task or --board-wide", {
          hint: "such as `kanbun events t_0123abcd`",
        });
      await using session = await cli.open("read");
      const { store } = session;
      const task = text === undefined ? null : await store.requireTask(await session.taskId(text));
      // Before the past is read: what happens in between is then shown by both, and left out of the second.
      const lastId = await store.getLastEventId();
      const max = limit ?? (task === null && !boardWide ? boardMax : undefined);
      const events = await store.listEvents({
        ...(task === null ? {} : { taskId: task.id }),
        ...(max === undefined ? {} : { limit: max }),
        ...textLimit(whole),
      });
      const titles = new TitleBook(store);
      const titleOf = async ({ taskId }: BoardEvent) =>
        task === null && !cli.output.isJson ? await titles.titleOf(taskId) : null;
      if (follow) return await followAll(cli, session, { events, lastId, taskId: task?.id ?? null, titleOf });
      const named: (readonly [BoardEvent, string | null])[] = [];
      for (const event of events) named.push([event, await titleOf(event)]);
      await cli.output.answer({ taskId: task?.id ?? null, events }, (screen) =>
        named.map(([event, title]) => `${formatEvent(event, screen, { title })}\n`).join(""),
      );
    });
  addExamples(
    command,
    "kanbun events",
    "kanbun events t_0123abcd",
    "kanbun events -f --json | jq .data.kind",
  );
}

/** The past, and then a line for each event as it is written. */
async function followAll(
  cli: CliContext,
  { store }: Session,
  from: {
    readonly events: readonly BoardEvent[];
    readonly lastId: number;
    readonly taskId: string | null;
    readonly titleOf: (event: BoardEvent) => Promise<string | null>;
  },
): Promise<void> {
  const { events, taskId } = from;
  const show = async (event: BoardEvent) => {
    const title = await from.titleOf(event);
    await cli.output.line(event, (screen) => formatEvent(event, screen, { title }));
  };
  for (const event of events) await show(event);
  const afterId = Math.max(from.lastId, events.at(-1)?.id ?? 0);
  await untilInterrupted(async (signal) => {
    for await (const event of followEvents(store, { afterId, taskId, intervalMs: pollMs, signal })) {
      await show(event);
      if (stdoutIsClosed()) return;
    }
  });
}
