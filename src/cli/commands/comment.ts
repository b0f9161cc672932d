import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { readTaskAndText } from "../input/task-and-text.ts";
import { readTextInput } from "../input/text-input.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] [task] <text|->")
    .argument("<task>", "task id (inside a worker: its own task)")
    .argument("[text]", "what to say, or - to read it from standard input")
    .action(async (first: string, second: string | undefined) => {
      const given = readTaskAndText(first, second, { env: cli.env, what: "text" });
      const body = given.text === "-" ? await readTextInput("-") : given.text;
      if (body.includes("\0")) throw new BoardError("usage", "the comment contains a NUL character");
      await using session = await cli.open("write");
      const id = await session.taskId(given.task);
      const comment = await session.store.addComment(id, body, session.by(id));
      await cli.output.answer({ taskId: id, comment }, () => `commented on ${visibleLine(id)}\n`);
    });
  addExamples(
    command,
    'kanbun comment t_0123abcd "use the staging server"',
    "kanbun comment 012 - < notes.md",
  );
}
