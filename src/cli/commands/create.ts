import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { BlockKind, NewTask } from "../../board/task.ts";
import type { Session } from "../../home/session/session.ts";
import { readDefaultAssignee } from "../../home/tasks/default-assignee.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { createFrom } from "../input/create-from.ts";
import { moment } from "../input/moment-value.ts";
import { collect, oneOf, wholeNumber } from "../input/option-values.ts";
import { addTaskFieldOptions, readTaskFields, type TaskFieldOptions } from "../input/task-fields.ts";
import { workPlaceHere } from "../input/work-folder.ts";
import { hasCrlfForShell, noteCrlf } from "../text/crlf-note.ts";
import { noteUnknownProfile } from "../text/profile-note.ts";
import { nameTask } from "../text/task-text.ts";

interface CreateOptions extends TaskFieldOptions {
  readonly from?: string;
  readonly run?: string;
  readonly here?: boolean;
  readonly scratch?: boolean;
  readonly assignee?: string;
  readonly parent?: readonly string[];
  readonly idempotencyKey?: string;
  readonly project?: string;
  readonly goal?: boolean;
  readonly goalMaxTurns?: number;
  readonly session?: string;
  readonly at?: number;
  readonly triage?: boolean;
  readonly blocked?: boolean;
  readonly reason?: string;
  readonly kind?: BlockKind;
}

const kinds = ["needs_input", "capability", "transient"];

export function defineCommand(command: Command, cli: CliContext): void {
  command.argument("[title]", "the title of the task");
  addTaskFieldOptions(command);
  command
    .option("--from <path>", "create many tasks from a file, one JSON object per line; - for standard input")
    .option(
      "--run <command>",
      "a shell command to run in this folder: short for --body, --assignee shell and --here",
    )
    .option("--here", "work in this folder: short for --workspace dir:.")
    .option("--scratch", "work in an empty folder of its own: short for --workspace scratch")
    .option("--assignee <profile>", "the profile that works on it, or none (default: as in kanbun.toml)")
    .option("--parent <task>", "a task it waits for; may be repeated", collect)
    .option("--idempotency-key <key>", "at most one unarchived task per key: a second one is not created")
    .option("--project <id>", "the project of the task")
    .option("--goal", "goal mode")
    .option("--goal-max-turns <n>", "at most n turns of goal mode", wholeNumber(1))
    .option("--session <id>", "the session that created it")
    .option("--at <when>", 'due at: "+30m", "2026-10-17 09:30"', moment)
    .option("--triage", "wait until a person promotes it")
    .option("--blocked", "create it blocked")
    .option("--reason <text>", "why it is blocked")
    .option("--kind <kind>", `what blocks it: ${kinds.join(", ")}`, oneOf(kinds))
    .action(async (title: string | undefined, options: CreateOptions) => {
      if (options.from !== undefined) {
        requireAlone(title, options);
        return createFrom(cli, options.from);
      }
      if (title === undefined) throw usage('missing required argument "title"', "see `kanbun create --help`");
      const given = await readNewTask(title, options, cli);
      await using session = await cli.openForNew();
      const parents = await resolveAll(session, options.parent ?? []);
      const { task, existing } = await session.store.createTask({ ...given, parents }, session.by(null));
      const verb = existing ? "existing" : "created";
      await cli.output.answer({ task, existing }, (screen) =>
        screen.isTerminal ? `${verb} ${nameTask(task, screen)}\n` : `${task.id}\n`,
      );
      if (existing && !(await cli.output.screen()).isTerminal)
        cli.output.note("existing: a task has this idempotency key already");
      await noteUnknownProfile(cli, task.assignee);
      noteCrlf(cli, hasCrlfForShell(task) ? 1 : 0);
    });
  addExamples(
    command,
    'kanbun create "Run the tests" --run "make test"        in the folder where you are',
    'kanbun create "Fix the login" --assignee claude --body-file task.md --max-runtime 30m',
    'kanbun create "Publish" --run "make publish" --parent t_0123abcd --at "2026-10-17 09:30"',
    "kanbun create --from tasks.jsonl   all of them, or none; its lines are such as",
    '    {"key": "tests", "title": "Run the tests", "run": "make test"}',
    '    {"title": "Publish", "run": "make publish", "parents": ["tests"]}',
  );
}

async function readNewTask(title: string, options: CreateOptions, cli: CliContext): Promise<NewTask> {
  requireSensible(options);
  const { run, idempotencyKey, project, session, at, goalMaxTurns } = options;
  const fields = await readTaskFields(options);
  const assignee = run === undefined ? await readAssignee(options.assignee, cli) : "shell";
  const isHere = options.here || (run !== undefined && !options.scratch && options.workspace === undefined);
  return {
    ...fields,
    ...(isHere ? workPlaceHere(cli.place.home) : {}),
    title,
    ...(run === undefined ? {} : { body: run }),
    assignee,
    idempotencyKey: idempotencyKey || null,
    projectId: project || null,
    sessionId: session || null,
    notBeforeMs: at ?? null,
    goalMode: options.goal ?? false,
    goalMaxTurns: goalMaxTurns ?? null,
    triage: options.triage ?? false,
    ...(options.blocked ? { blocked: { reason: options.reason || null, kind: options.kind ?? null } } : {}),
  };
}

async function readAssignee(given: string | undefined, cli: CliContext): Promise<string | null> {
  if (given === undefined) return readDefaultAssignee(cli.home);
  return given === "none" || given === "" ? null : given;
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

function requireSensible(options: CreateOptions): void {
  if (options.run !== undefined) {
    if (options.body !== undefined || options.bodyFile !== undefined)
      throw usage("--run cannot be used with --body", "the command of --run becomes the body");
    if (options.assignee !== undefined && options.assignee !== "shell")
      throw usage("--run needs the profile shell", "leave --assignee out, or give the command as --body");
    if (options.run.trim() === "") throw usage("--run is empty", 'such as --run "make test"');
  }
  if ([options.workspace !== undefined, options.here, options.scratch].filter(Boolean).length > 1)
    throw usage("--workspace, --here and --scratch cannot be used together", "give one of them");
  if (!options.blocked && (options.reason !== undefined || options.kind !== undefined))
    throw usage("--reason and --kind need --blocked", "give --blocked as well");
  if (!options.goal && options.goalMaxTurns !== undefined)
    throw usage("--goal-max-turns needs --goal", "give --goal as well");
}

function usage(message: string, hint: string): BoardError {
  return new BoardError("usage", message, { hint });
}

async function resolveAll(session: Session, texts: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const text of texts) ids.push(await session.taskId(text));
  return ids;
}
