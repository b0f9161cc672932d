import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import type { TaskStatus } from "../../board/task.ts";
import type { TaskChoice } from "../../home/tasks/change-many.ts";
import { shellWord } from "../../system/text/shell-word.ts";
import { statusList } from "./status-list.ts";
import { statusVerbs } from "./status-words.ts";

/** The options by which a verb takes all tasks that fit. */
export interface ChoiceFlags {
  readonly status?: readonly TaskStatus[];
  readonly assignee?: string;
}

/**
 * Adds `--status` and `--assignee`.
 * @param statuses those that are taken where none is named
 * @param inWords the same for the help, where they are many
 */
export function addChoiceOptions(
  command: Command,
  statuses: readonly TaskStatus[],
  inWords = statuses.join(", "),
): Command {
  return command
    .option(
      "--status <status,…>",
      `in place of ids: all tasks in these (default with --assignee: ${inWords})`,
      statusList,
    )
    .option("--assignee <profile>", "in place of ids: all tasks of this profile");
}

export function isFilter({ status, assignee }: ChoiceFlags): boolean {
  return status !== undefined || assignee !== undefined;
}

/**
 * Which tasks were named; null: none, which inside a worker is its own task.
 * @throws {BoardError} usage for ids together with a filter
 */
export function readTaskChoice(
  names: readonly string[],
  flags: ChoiceFlags,
  statuses: readonly TaskStatus[],
): TaskChoice | null {
  if (!isFilter(flags)) return names.length === 0 ? null : { names };
  if (names.length > 0)
    throw new BoardError("usage", "task ids cannot be used with --status or --assignee", {
      hint: `give one or the other${howToReach(names[0] ?? "", flags.status?.[0])}`,
    });
  const { status, assignee } = flags;
  return { filter: { statuses: status ?? statuses, ...(assignee === undefined ? {} : { assignee }) } };
}

/** Who types a status beside a task may want the task to have it. */
function howToReach(name: string, status: TaskStatus | undefined): string {
  const verb = status === undefined ? undefined : statusVerbs.get(status);
  const typed = ["kanbun", verb, shellWord(name)].join(" ");
  return verb === undefined ? "" : `; to make one ${status}: \`${typed}\``;
}

/**
 * Tasks, and behind them one more word: a profile, a model.
 * @param how.word what that is called in an error
 * @returns the word, null for `none`
 * @throws {BoardError} usage where a task or the word is missing
 */
export function readTasksAndWord(
  words: readonly string[],
  flags: ChoiceFlags,
  { word, statuses }: { readonly word: string; readonly statuses: readonly TaskStatus[] },
): { readonly choice: TaskChoice; readonly last: string | null } {
  const last = words.length > 1 || isFilter(flags) ? words.at(-1) : undefined;
  if (last === undefined)
    throw new BoardError("usage", `missing required argument "${word}"`, {
      hint: `name the tasks first, then the ${word}, or none`,
    });
  const choice = requireTasks(readTaskChoice(words.slice(0, -1), flags, statuses));
  return { choice, last: last === "none" || last === "" ? null : last };
}

/** Of a verb that is not said of a worker's own task. @throws {BoardError} usage where none was named */
export function requireTasks(choice: TaskChoice | null): TaskChoice {
  if (choice !== null) return choice;
  throw new BoardError("usage", 'missing required argument "task"', {
    hint: "give task ids, or take all that fit with --status or --assignee",
  });
}
