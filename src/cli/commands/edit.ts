import { type Command, Option } from "commander";
import { BoardError } from "../../board/error.ts";
import type { Task, TaskPatch, TaskStatus, VerdictPatch } from "../../board/task.ts";
import type { TaskChoice } from "../../home/tasks/change-many.ts";
import { requireRepository } from "../../home/tasks/require-repository.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { jsonObject } from "../input/option-values.ts";
import { readChanges, taskAsText } from "../input/task-as-text.ts";
import { addChoiceOptions, type ChoiceFlags, readTaskChoice, requireTasks } from "../input/task-choice.ts";
import { addTaskFieldOptions, readTaskFields, type TaskFieldOptions } from "../input/task-fields.ts";
import { EditedText } from "../input/text-editor.ts";
import { answerEach } from "../text/answer-each.ts";
import { hasCrlfForShell, noteCrlf } from "../text/crlf-note.ts";
import { isTerminal } from "../text/standard-streams.ts";
import { nameTask } from "../text/task-text.ts";

interface EditOptions extends TaskFieldOptions, ChoiceFlags {
  readonly editor?: true;
  readonly title?: string;
  readonly result?: string | false;
  readonly summary?: string | false;
  readonly metadata?: Readonly<Record<string, unknown>> | false;
}

const statuses: readonly TaskStatus[] = ["triage", "todo", "scheduled", "ready", "blocked"];

const CLEARABLE = [
  "body",
  "priority",
  "tenant",
  "workspace",
  "branch",
  "host",
  "label",
  "skill",
  "model",
  "provider",
  "max-runtime",
  "max-retries",
  "result",
  "summary",
  "metadata",
] as const;

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .argument("[tasks...]", "task ids, or the beginnings of them")
    .option("-e, --editor", "change it in your editor (VISUAL, EDITOR); on a terminal also without options")
    .option("--title <text>", "the new title")
    .option("--result <text>", "the result of a task that is done")
    .option("--summary <text>", "what the run has said that finished it")
    .option("--metadata <json>", "its facts for later tasks, as a JSON object", jsonObject);
  addTaskFieldOptions(command);
  addChoiceOptions(command, statuses);
  for (const name of CLEARABLE) command.addOption(new Option(`--no-${name}`).hideHelp());
  command.addHelpText(
    "after",
    "\nAn empty text clears a field, and so does its --no-… option (--no-tenant, --no-body).",
  );
  command.action(async (texts: readonly string[], options: EditOptions) => {
    const change = await readChange(options);
    requireRepository(cli.place, change);
    const isEmpty = Object.keys(change).length === 0;
    if (options.editor && !isEmpty)
      throw new BoardError("usage", "--editor cannot be used with a field", {
        hint: "give one or the other",
      });
    const choice = requireTasks(readTaskChoice(texts, options, statuses));
    if (options.editor || (isEmpty && !cli.output.isJson && (await isTerminal(0))))
      return await editInEditor(cli, requireOne(choice));
    const edited = await answerEach(
      cli,
      choice,
      (session, id) => session.store.editTask(id, change, session.by(id)),
      {
        text: (task, screen) => `edited ${nameTask(task, screen)}\n`,
        document: (task) => ({ task }),
      },
    );
    noteCrlf(cli, edited.filter(hasCrlfForShell).length);
  });
  addExamples(
    command,
    "kanbun edit t_0123abcd --priority 5 --max-runtime 1h",
    "kanbun edit t_0123abcd --body-file task.md --no-branch",
    "kanbun edit t_0123abcd t_4567cdef --max-retries 5",
    "kanbun edit --assignee claude --priority 5",
  );
}

async function readChange(options: EditOptions): Promise<TaskPatch & VerdictPatch> {
  const { title, result, summary, metadata } = options;
  return {
    ...(await readTaskFields(options)),
    ...(title === undefined ? {} : { title }),
    ...(result === undefined ? {} : { result: result || null }),
    ...(summary === undefined ? {} : { summary: summary || null }),
    ...(metadata === undefined ? {} : { metadata: metadata || null }),
  };
}

function requireOne(choice: TaskChoice): string {
  const [task, ...others] = "names" in choice ? choice.names : [];
  if (task !== undefined && others.length === 0) return task;
  throw new BoardError("usage", "the editor takes one task at a time", {
    hint: "give the fields of several as options, such as --priority 5",
  });
}

async function editInEditor(cli: CliContext, text: string): Promise<void> {
  const before = await readTask(cli, text);
  const shown = taskAsText(before);
  const file = new EditedText(`${before.id}.md`, shown);
  try {
    const changes = readChanges(shown, await file.edit(cli.env));
    if (changes === null) {
      file.remove();
      await cli.output.answer({ task: before }, (screen) => `unchanged ${nameTask(before, screen)}\n`);
      return;
    }
    const { title, ...options } = changes;
    const fields = await readTaskFields(options);
    const patch = title === undefined ? fields : { ...fields, title };
    requireRepository(cli.place, patch);
    await using session = await cli.open("write");
    const task = await session.store.editTask(
      before.id,
      { ...patch, unlessChanged: before },
      session.by(before.id),
    );
    file.remove();
    await cli.output.answer({ task }, (screen) => `edited ${nameTask(task, screen)}\n`);
    noteCrlf(cli, hasCrlfForShell(task) ? 1 : 0);
  } catch (error) {
    cli.output.note(`your text is kept in ${file.path}`);
    throw error;
  }
}

/** Closed again before a person takes their time. */
async function readTask(cli: CliContext, text: string): Promise<Task> {
  await using session = await cli.open("read");
  return await session.store.requireTask(await session.taskId(text));
}
