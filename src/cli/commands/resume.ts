import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command.action(async () => {
    await using session = await cli.open("write");
    const resumed = await session.store.resume("board");
    const { board } = cli.place;
    await cli.output.answer(
      { board, resumed },
      () => `${resumed ? `resumed ${board}` : `${board} was not paused`}\n`,
    );
  });
  addExamples(command, "kanbun resume", "kanbun profiles resume claude      for one profile");
}
