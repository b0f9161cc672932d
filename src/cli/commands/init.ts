import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { initHome } from "../../home/boards/init-home.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--name <text>", "display name of the default board")
    .option("--force", "even on a network file system, where boards are not safe")
    .action(async ({ name, force }: { name?: string; force?: boolean }) => {
      const { boardSource, board } = cli.place;
      if (boardSource === "flag" && board !== "default")
        throw new BoardError("usage", "init makes a home with its default board", {
          hint: `for another board: \`kanbun boards create ${board}\``,
        });
      const made = await initHome(cli.home, { name, force });
      await cli.output.answer(made, () =>
        [
          `${made.created ? "made" : "found"} the default board in ${visibleLine(made.home)}`,
          `  ${made.wroteConfig ? "settings, all of them optional" : "settings"}: ${visibleLine(made.config)}`,
          `  next: kanbun create "Say hello" --run "echo hello" && kanbun dispatch`,
          "",
        ].join("\n"),
      );
    });
  addExamples(
    command,
    "kanbun init",
    "kanbun init --home .kanbun      a home for this folder and its subfolders",
  );
}
