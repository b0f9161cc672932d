import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { type Overlap, overlaps, type RepeatEdit } from "../../board/repeat.ts";
import type { NewTask } from "../../board/task.ts";
import { Repeats } from "../../home/tasks/repeats.ts";
import { requireRepository } from "../../home/tasks/require-repository.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { collect, oneOf } from "../input/option-values.ts";
import { addTaskFieldOptions, readTaskFields, type TaskFieldOptions } from "../input/task-fields.ts";
import { workPlaceHere } from "../input/work-folder.ts";
import { noteUnknownProfile } from "../text/profile-note.ts";
import { nameRepeat, nextTimes, timesIn } from "../text/repeat-text.ts";

interface EditOptions extends TaskFieldOptions {
  readonly times?: string;
  readonly tz?: string;
  readonly overlap?: Overlap;
  readonly title?: string;
  readonly run?: string;
  readonly here?: true;
  readonly assignee?: string;
  readonly parent?: readonly string[];
}

/** `kanbun cron edit`. @param command with its argument, a number */
export function defineCronEdit(command: Command, cli: CliContext): void {
  command
    .option("--times <times>", 'minute hour day month weekday, such as "0 9 * * 1-5"')
    .option("--tz <zone>", "the time zone of the times")
    .option("--overlap <what>", `while a task of before is open: ${overlaps.join(", ")}`, oneOf(overlaps))
    .option("--title <text>", "the title of the task")
    .option("--run <command>", "a shell command: short for --body and --assignee shell; its folder stays")
    .option("--here", "work in this folder: short for --workspace dir:.")
    .option("--assignee <profile>", "the profile that works on it, or none")
    .option("--parent <task>", 'the tasks it waits for, in place of those of before; "" for none', collect);
  addTaskFieldOptions(command);
  command.addHelpText(
    "after",
    "\nTasks that it has made stay as they are. One that has stopped goes on. An empty text clears a field.",
  );
  command.action(async (id: number, options: EditOptions) => {
    const edit = await readEdit(options, cli);
    const repeat = await new Repeats(cli.home).edit(id, edit);
    const next = nextTimes(repeat);
    await cli.output.answer(
      { ...repeat, nextTimesAtMs: next },
      () => `changed ${nameRepeat(repeat)}\n  ${timesIn(repeat, next)}\n`,
    );
    await noteUnknownProfile(cli, edit.task?.assignee ?? null);
  });
  addExamples(
    command,
    'kanbun cron edit 1 --times "30 8 * * 1-5"',
    'kanbun cron edit 1 --run "make test-all" --max-runtime 1h',
  );
}

async function readEdit(options: EditOptions, cli: CliContext): Promise<RepeatEdit> {
  const { times, tz, overlap, title, run, here, assignee, parent, workspace } = options;
  if (run !== undefined && (options.body !== undefined || options.bodyFile !== undefined || assignee))
    throw usage("--run cannot be used with --body or --assignee", "the command of --run becomes the body");
  if (run?.trim() === "") throw usage("--run is empty", 'such as --run "make test"');
  if (here && workspace !== undefined)
    throw usage("--here cannot be used with --workspace", "give one of them");
  const task: Partial<NewTask> = {
    ...(await readTaskFields(options)),
    ...(here ? workPlaceHere(cli.place.home) : {}),
    ...(title === undefined ? {} : { title }),
    ...(run === undefined ? {} : { body: run, assignee: "shell" }),
    ...(assignee === undefined ? {} : { assignee: assignee === "none" ? null : assignee || null }),
    ...(parent === undefined ? {} : { parents: parent.filter((one) => one !== "") }),
  };
  requireRepository(cli.place, task);
  return {
    ...(times === undefined ? {} : { times: times.trim() }),
    ...(tz === undefined ? {} : { timeZone: tz }),
    ...(overlap === undefined ? {} : { overlap }),
    ...(Object.keys(task).length === 0 ? {} : { task }),
  };
}

function usage(message: string, hint: string): BoardError {
  return new BoardError("usage", message, { hint });
}
