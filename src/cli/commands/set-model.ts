import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { Task, TaskStatus } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, readTasksAndWord } from "../input/task-choice.ts";
import { answerEach } from "../text/answer-each.ts";
import type { Screen } from "../text/screen.ts";
import { nameTask } from "../text/task-text.ts";
import { visibleLine } from "../text/visible.ts";

const statuses: readonly TaskStatus[] = ["triage", "todo", "scheduled", "ready", "blocked"];

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] <task…> <model>")
    .argument("<words...>", "task ids, then the model that the next run uses, or none for the profile's own")
    .option("--provider <name>", "the provider of the model (default: the profile's)");
  addChoiceOptions(command, statuses);
  command.action(async (words: string[], { provider, ...flags }: ChoiceFlags & { provider?: string }) => {
    const { choice, last: model } = readTasksAndWord(words, flags, { word: "model", statuses });
    if (model === null && provider !== undefined)
      throw new BoardError("usage", "--provider needs a model", { hint: "name the model as well" });
    const patch = { modelOverride: model, providerOverride: provider || null };
    await answerEach(cli, choice, (session, id) => session.store.editTask(id, patch, session.by(id)), {
      text: describe,
      document: (task) => ({ task }),
    });
  });
  addExamples(
    command,
    "kanbun set-model t_0123abcd opus --provider anthropic",
    "kanbun set-model t_0123abcd none",
    "kanbun set-model --assignee claude opus",
  );
}

function describe(task: Task, screen: Screen): string {
  const from = task.providerOverride === null ? "" : ` of ${visibleLine(task.providerOverride)}`;
  const uses = task.modelOverride === null ? "its profile's model" : visibleLine(task.modelOverride) + from;
  return `${nameTask(task, screen)} uses ${uses}${task.status === "running" ? " from its next run on" : ""}\n`;
}
