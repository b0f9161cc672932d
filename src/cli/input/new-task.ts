import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { BlockKind, NewTask } from "../../board/task.ts";
import { readDefaultAssignee } from "../../home/tasks/default-assignee.ts";
import { requireRepository } from "../../home/tasks/require-repository.ts";
import type { CliContext } from "./command.ts";
import { collect, oneOf, wholeNumber } from "./option-values.ts";
import { addTaskFieldOptions, readTaskFields, type TaskFieldOptions } from "./task-fields.ts";
import { workPlaceHere } from "./work-folder.ts";

/** Options that say what a task is, however often it is made. */
export interface NewTaskOptions extends TaskFieldOptions {
  readonly run?: string;
  readonly here?: boolean;
  readonly scratch?: boolean;
  readonly assignee?: string;
  readonly parent?: readonly string[];
  readonly project?: string;
  readonly goal?: boolean;
  readonly goalMaxTurns?: number;
  readonly session?: string;
  readonly triage?: boolean;
  readonly blocked?: boolean;
  readonly reason?: string;
  readonly kind?: BlockKind;
}

const kinds = ["needs_input", "capability", "transient"];

export function addNewTaskOptions(command: Command): void {
  addTaskFieldOptions(command);
  command
    .option(
      "--run <command>",
      "a shell command to run in this folder: short for --body, --assignee shell and --here",
    )
    .option("--here", "work in this folder: short for --workspace dir:.")
    .option("--scratch", "work in an empty folder of its own: short for --workspace scratch")
    .option("--assignee <profile>", "the profile that works on it, or none (default: as in kanbun.toml)")
    .option("--parent <task>", "a task it waits for; may be repeated", collect)
    .option("--project <id>", "the project of the task")
    .option("--goal", "goal mode")
    .option("--goal-max-turns <n>", "at most n turns of goal mode", wholeNumber(1))
    .option("--session <id>", "the session that created it")
    .option("--triage", "wait until a person promotes it")
    .option("--blocked", "create it blocked")
    .option("--reason <text>", "why it is blocked")
    .option("--kind <kind>", `what blocks it: ${kinds.join(", ")}`, oneOf(kinds));
}

/** The task that was typed, without its parents. @throws {BoardError} usage */
export async function readNewTask(title: string, options: NewTaskOptions, cli: CliContext): Promise<NewTask> {
  requireSensible(options);
  const { run, project, session, goalMaxTurns } = options;
  const fields = await readTaskFields(options);
  const assignee = run === undefined ? await readAssignee(options.assignee, cli) : "shell";
  const isHere = options.here || (run !== undefined && !options.scratch && options.workspace === undefined);
  const where = isHere ? workPlaceHere(cli.place.home) : fields;
  requireRepository(cli.place, where);
  return {
    ...fields,
    ...where,
    title,
    ...(run === undefined ? {} : { body: run }),
    assignee,
    projectId: project || null,
    sessionId: session || null,
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

function requireSensible(options: NewTaskOptions): void {
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
