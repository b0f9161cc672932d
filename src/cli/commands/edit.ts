import { type Command, Option } from "commander";
import { addExamples, type CliContext } from "../input/command.ts";
import { addTaskFieldOptions, readTaskFields, type TaskFieldOptions } from "../input/task-fields.ts";
import { hasCrlfForShell, noteCrlf } from "../text/crlf-note.ts";
import { nameTask } from "../text/task-text.ts";

interface EditOptions extends TaskFieldOptions {
  readonly title?: string;
  readonly result?: string | false;
}

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
  "result",
] as const;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("<task>", "task id, or the beginning of one")
    .option("--title <text>", "the new title")
    .option("--result <text>", "the result of a task that is done");
  addTaskFieldOptions(command);
  for (const name of CLEARABLE) command.addOption(new Option(`--no-${name}`).hideHelp());
  command.addHelpText(
    "after",
    "\nAn empty text clears a field, and so does its --no-… option (--no-tenant, --no-body).",
  );
  command.action(async (text: string, options: EditOptions) => {
    const patch = await readTaskFields(options);
    await using session = await cli.open("write");
    const id = await session.taskId(text);
    const { title, result } = options;
    const task = await session.store.editTask(
      id,
      {
        ...patch,
        ...(title === undefined ? {} : { title }),
        ...(result === undefined ? {} : { result: result || null }),
      },
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
