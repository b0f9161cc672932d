import { type Command, Option } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { addTaskFieldOptions, readTaskFields, type TaskFieldOptions } from "../input/task-fields.ts";
import { hasCrlfForShell, noteCrlf } from "../text/crlf-note.ts";
import { nameTask } from "../text/task-text.ts";

const CLEARABLE = [
  "body",
  "priority",
  "tenant",
  "workspace",
  "branch",
  "skill",
  "model",
  "provider",
  "max-runtime",
  "max-retries",
] as const;

export function defineCommand(command: Command, cli: CliContext): void {
  command.argument("<task>", "task id, or the beginning of one").option("--title <text>", "the new title");
  addTaskFieldOptions(command);
  for (const name of CLEARABLE) command.addOption(new Option(`--no-${name}`).hideHelp());
  command.addHelpText(
    "after",
    "\nAn empty text clears a field, and so does its --no-… option (--no-tenant, --no-body).",
  );
  command.action(async (text: string, options: TaskFieldOptions & { readonly title?: string }) => {
    const patch = await readTaskFields(options);
    await using session = await cli.open("write");
    const id = await session.taskId(text);
    const { title } = options;
    const task = await session.store.editTask(
      id,
      title === undefined ? patch : { ...patch, title },
      session.by(id),
    );
    await cli.output.answer({ task }, (screen) => `edited ${nameTask(task, screen)}\n`);
    noteCrlf(cli, hasCrlfForShell(task) ? 1 : 0);
  });
  addExamples(
    command,
    "kanbun edit t_0123abcd --priority 5 --max-runtime 1h",
    "kanbun edit t_0123abcd --body-file task.md --no-branch",
  );
}
