import type { Command } from "commander";
import { renderContext } from "../../board/context.ts";
import { partCharsMax } from "../../board/cut-text.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { visibleText } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[task]", "task id (inside a worker: its own task)")
    .action(async (text: string | undefined) => {
      await using session = await cli.open("read");
      const id = await session.taskId(text);
      const dossier = await session.store.requireDossier(id, { charsMax: partCharsMax });
      const context = renderContext(dossier, Date.now(), `kanbun show ${id} --json`);
      // Whatever reads it from a pipe gets what a worker gets, to the byte.
      await cli.output.answer(
        { task: id, context },
        (screen) => (screen.isTerminal ? visibleText(context) : context),
        { isRaw: true },
      );
    });
  addExamples(command, "kanbun context t_0123abcd");
}
