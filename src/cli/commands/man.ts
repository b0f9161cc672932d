import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--markdown", "as Markdown, a heading for each command")
    .action(async ({ markdown = false }: { markdown?: boolean }) => {
      const page = markdown
        ? await (await import("../man/reference-page.ts")).referencePage(cli)
        : await (await import("../man/man-page.ts")).manPage(cli);
      await cli.output.answer({ page }, () => page, { isRaw: true });
    });
  addExamples(
    command,
    "kanbun man | man -l -",
    "kanbun man > /usr/local/share/man/man1/kanbun.1",
    "kanbun man --markdown > kanbun.md",
  );
}
