import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command.action(async () => {
    const { manPage } = await import("../man/man-page.ts");
    const page = await manPage(cli);
    await cli.output.answer({ page }, () => page, { isRaw: true });
  });
  addExamples(command, "kanbun man | man -l -", "kanbun man > /usr/local/share/man/man1/kanbun.1");
}
