import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { createFrom } from "../input/create-from.ts";
import { moment } from "../input/moment-value.ts";
import { addNewTaskOptions, type NewTaskOptions, readNewTask } from "../input/new-task.ts";
import { groupOptions } from "../input/option-groups.ts";
import { hasCrlfForShell, noteCrlf } from "../text/crlf-note.ts";
import { notePlacement } from "../text/placement-note.ts";
import { noteUnassigned, noteUnknownProfile } from "../text/profile-note.ts";
import { nameTask } from "../text/task-text.ts";

interface CreateOptions extends NewTaskOptions {
  readonly from?: string;
  readonly idempotencyKey?: string;
  readonly at?: number;
}

/** What nearly every task needs comes first. */
const helpGroups = {
  "First of all:": ["--run", "--body", "--assignee", "--parent", "--at"],
  "What is to be done:": ["--body-file", "--priority", "--from", "--idempotency-key"],
  "Where:": ["--here", "--scratch", "--workspace", "--branch", "--host", "--label"],
  "Limits:": ["--max-runtime", "--max-retries"],
  "For the worker:": ["--skill", "--model", "--provider", "--goal", "--goal-max-turns"],
  "Waiting for a person:": ["--triage", "--blocked", "--reason", "--kind"],
  "For your own lists:": ["--tenant", "--project", "--session"],
} as const;

export function defineCommand(command: Command, cli: CliContext): void {
  command.argument("[title]", "the title of the task");
  addNewTaskOptions(command);
  command
    .option("--from <path>", "create many tasks from a file, one JSON object per line; - for standard input")
    .option("--idempotency-key <key>", "at most one unarchived task per key: a second one is not created")
    .option("--at <when>", 'due at: "+30m", "17:00", "2026-10-17 09:30"', moment)
    .action(async (title: string | undefined, options: CreateOptions) => {
      if (options.from !== undefined) {
        requireAlone(title, options);
        return createFrom(cli, options.from);
      }
      if (title === undefined) throw usage('missing required argument "title"', "see `kanbun create --help`");
      const { idempotencyKey, at } = options;
      const own = { idempotencyKey: idempotencyKey || null, dueAtMs: at ?? null };
      const given = { ...(await readNewTask(title, options, cli)), ...own };
      await using session = await cli.openForNew();
      const parents = await session.taskIds(options.parent ?? []);
      const { task, existing } = await session.store.createTask({ ...given, parents }, session.by(null));
      const verb = existing ? "existing" : "created";
      await cli.output.answer({ task, isExisting: existing }, (screen) =>
        screen.isTerminal ? `${verb} ${nameTask(task, screen)}\n` : `${task.id}\n`,
      );
      if (existing && !(await cli.output.screen()).isTerminal)
        cli.output.note("existing: a task has this idempotency key already");
      await noteUnknownProfile(cli, task.assignee);
      await noteUnassigned(cli, task);
      await notePlacement(cli, session, task);
      noteCrlf(cli, hasCrlfForShell(task) ? 1 : 0);
    });
  groupOptions(command, helpGroups);
  addExamples(
    command,
    'kanbun create "Run the tests" --run "make test"      in this folder',
    'kanbun create "Fix the login" --assignee claude --max-runtime 30m',
    'kanbun create "Publish" --run "make publish" --parent t_0123abcd --at +1h',
    "kanbun create --from tasks.jsonl      all of them, or none; its lines are such as",
    '    {"key": "tests", "title": "Run the tests", "run": "make test"}',
    '    {"title": "Publish", "run": "make publish", "parent": "tests"}',
    '    A field is called as the option that says the same: "max-runtime": "30m"',
  );
}

/** Each line says for itself what its task is: an option that is for all of them would be for none. */
function requireAlone(title: string | undefined, options: CreateOptions): void {
  const others = Object.keys(options).filter(
    (name) => !["from", "home", "board", "json", "as"].includes(name),
  );
  if (title === undefined && others.length === 0) return;
  throw usage(
    "--from cannot be used with a title or a field of a task",
    "write them into the lines of the file",
  );
}

function usage(message: string, hint: string): BoardError {
  return new BoardError("usage", message, { hint });
}
