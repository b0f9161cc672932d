import type { Command } from "commander";
import { listNotices, retryTarget, testTargets } from "../../home/notices/notices.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { wholeNumber } from "../input/option-values.ts";
import { formatNotices, formatTested } from "../text/notice-text.ts";

const limitDefault = 20;
const noTargets =
  "no targets: write [notify.<name>] into kanbun.toml, with command, webhook or desktop = true";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("list")
    .description("List who is told of this board, and what was told last.")
    .option("--limit <n>", `the last n deliveries (default: ${limitDefault})`, wholeNumber(0), limitDefault)
    .action(async ({ limit }: { limit: number }) => {
      const notices = await listNotices(cli.home, limit);
      await cli.output.answer(notices, (screen) => formatNotices(notices, screen));
      if (notices.targets.length === 0) cli.output.note(noTargets);
    });
  command
    .command("test")
    .description("Send a test notice.")
    .argument("[target]", "its name in kanbun.toml (default: all)")
    .action(async (target: string | undefined) => {
      const tested = await testTargets(cli.home, target);
      if (tested.some(({ error }) => error !== null)) cli.setExitCode(1);
      await cli.output.answer({ tested }, (screen) => formatTested(tested, screen));
      if (tested.length === 0) cli.output.note(noTargets);
    });
  command
    .command("retry")
    .description("Try at once what waits for a target, and what was given up.")
    .argument("<target>")
    .action(async (target: string) => {
      const count = await retryTarget(cli.home, target);
      await cli.output.answer(
        { target, count },
        () => `${count} ${count === 1 ? "delivery is" : "deliveries are"} due now: the next tick tries\n`,
      );
    });
  addExamples(command, "kanbun notify test", "kanbun notify list", "kanbun notify retry phone");
}
