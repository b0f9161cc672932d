import type { Command } from "commander";
import { type TaskStatus, taskStatuses } from "../../board/task.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { addChoiceOptions, type ChoiceFlags, isFilter, readTaskChoice } from "../input/task-choice.ts";
import { readTasksAndText } from "../input/tasks-and-text.ts";
import { readTextInput } from "../input/text-input.ts";
import { answerEach } from "../text/answer-each.ts";
import { visibleLine } from "../text/visible.ts";

const statuses: readonly TaskStatus[] = taskStatuses.filter((one) => one !== "done" && one !== "archived");

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .usage("[options] [task…] <text|->")
    .argument("<words...>", "task ids (inside a worker: its own task), then the text, or - to read it");
  addChoiceOptions(command, statuses, "every open status");
  command.action(async (words: string[], flags: ChoiceFlags) => {
    const given = readTasksAndText(words, { env: cli.env, what: "text", isChosen: isFilter(flags) });
    const choice = readTaskChoice(given.tasks, flags, statuses);
    const body = given.text === "-" ? await readTextInput("-") : given.text;
    await answerEach(
      cli,
      choice,
      async (session, taskId) => ({
        taskId,
        comment: await session.store.addComment(taskId, body, session.by(taskId)),
      }),
      {
        text: ({ taskId }) => `commented on ${visibleLine(taskId)}\n`,
        document: (commented) => commented,
      },
    );
  });
  addExamples(
    command,
    'kanbun comment t_0123abcd "use the staging server"',
    "kanbun comment 012 345 - < notes.md",
    'kanbun comment --assignee claude "the staging server is back"',
  );
}
