import type { Command } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { answerLinks } from "../text/answer-links.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<parent>", "the task that comes first")
    .argument("<children...>", "the tasks that wait for it")
    .action((parent: string, children: string[]) =>
      answerLinks(cli, { parent, children, says: "no longer waits for" }, (store, link, by) =>
        store.unlinkTasks(link, by),
      ),
    );
  addExamples(command, "kanbun unlink t_0123abcd t_89abcdef");
}
