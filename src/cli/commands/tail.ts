import type { Command } from "commander";
import { partCharsMax } from "../../board/cut-text.ts";
import { followEvents } from "../../home/boards/follow-events.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { untilInterrupted } from "../input/until-interrupted.ts";
import { formatEvent } from "../text/event-text.ts";
import { stdoutIsClosed } from "../text/standard-streams.ts";
import { TitleBook } from "../text/title-book.ts";

interface TailOptions {
  readonly task?: string;
  readonly follow?: boolean;
  readonly limit: number;
}

const POLL_MS = 100;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "only events of this task")
    .option("--task <task>", "the same")
    .option("-f, --follow", "keep printing new events until interrupted")
    .option("-n, --limit <n>", "begin with the last n events", wholeNumber(0), 20)
    .action(async (named: string | undefined, { task = named, follow = false, limit }: TailOptions) => {
      await using session = await cli.open("read");
      const { store } = session;
      const taskId = task === undefined ? null : (await store.requireTask(await session.taskId(task))).id;
      const ofTask = taskId === null ? {} : { taskId };
      // Before the past is read: what happens in between is then shown by both, and left out of the second.
      const lastId = await store.getLastEventId();
      const past = limit === 0 ? [] : await store.listEvents({ ...ofTask, limit, charsMax: partCharsMax });
      const titles = new TitleBook(store);
      const show = async (event: (typeof past)[number]) => {
        const title = taskId === null && !cli.output.isJson ? await titles.titleOf(event.taskId) : null;
        await cli.output.line(event, (screen) => formatEvent(event, screen, { title }));
      };
      for (const event of past) await show(event);
      if (!follow) return;
      const afterId = Math.max(lastId, past.at(-1)?.id ?? 0);
      await untilInterrupted(async (signal) => {
        for await (const event of followEvents(store, { afterId, taskId, intervalMs: POLL_MS, signal })) {
          await show(event);
          if (stdoutIsClosed()) return;
        }
      });
    });
  addExamples(
    command,
    "kanbun tail -f",
    "kanbun tail t_0123abcd --limit 5",
    "kanbun tail -f --json | jq .data.kind",
  );
}
