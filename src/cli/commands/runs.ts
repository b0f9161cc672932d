import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { textLimit, wholeHelp } from "../input/text-limit.ts";
import { formatRuns } from "../text/run-text.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--whole", wholeHelp)
    .action(async (text: string, { whole }: { whole?: true }) => {
      await using session = await cli.open("read");
      const { id } = await session.store.requireTask(await session.taskId(text));
      const runs = await session.store.listRuns(id, textLimit(whole));
      await cli.output.answer({ taskId: id, runs }, (screen) => formatRuns(runs, screen, Date.now()));
      if (runs.length === 0) cli.output.note("no runs yet");
    });
  addExamples(command, "kanbun runs t_0123abcd");
}
