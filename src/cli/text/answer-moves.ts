import type { Task } from "../../board/task.ts";
import type { Moved } from "../../home/tasks/move.ts";
import { type MoveResult, moveMany, type TaskChoice } from "../../home/tasks/move-many.ts";
import { Moves, type TaskName } from "../../home/tasks/moves.ts";
import type { CliContext } from "../input/command.ts";
import { commandFailure } from "./command-failure.ts";
import type { Screen } from "./screen.ts";
import { nameTask } from "./task-text.ts";

/** What a verb that moves tasks says. */
interface Telling<Done extends Moved> {
  /** In the past tense: what the answer begins with. */
  readonly done: string;
  /** More lines about one task, each with its end. */
  readonly more?: (moved: Done, screen: Screen) => string;
}

/**
 * Makes one move, of one task or of many. One: its error is the command's. Many: what fails is told one by one, and
 * makes the exit status 1.
 * @param choice null: inside a worker its own task
 * @returns the tasks that were moved
 */
export async function answerMoves<Done extends Moved>(
  cli: CliContext,
  choice: TaskChoice | null,
  telling: Telling<Done>,
  make: (moves: Moves, task: TaskName) => Promise<Done>,
): Promise<readonly Task[]> {
  const only = choice === null ? [undefined] : "names" in choice ? choice.names : [];
  if (choice === null || only.length === 1) {
    const moved = await make(new Moves(cli.home), only[0]);
    noteAll(cli, moved);
    await cli.output.answer(withoutNotes(moved), (screen) => formatMoved(moved, telling, screen));
    return [moved.task];
  }
  const results = await moveMany(cli.home, choice, make);
  await answerMany(cli, results, telling);
  return results.flatMap((one) => ("moved" in one ? [one.moved.task] : []));
}

async function answerMany<Done extends Moved>(
  cli: CliContext,
  results: readonly MoveResult<Done>[],
  telling: Telling<Done>,
): Promise<void> {
  const moved = results.flatMap((one) => ("moved" in one ? [one.moved] : []));
  const failed = results.length - moved.length;
  const documents = results.map((one) =>
    "moved" in one
      ? { taskId: one.id, ok: true, ...withoutNotes(one.moved) }
      : { taskId: one.id, ok: false, error: describe(one.error) },
  );
  if (failed > 0) cli.setExitCode(1);
  await cli.output.answer({ results: documents, moved: moved.length, failed }, (screen) =>
    moved.map((one) => formatMoved(one, telling, screen)).join(""),
  );
  for (const one of moved) noteAll(cli, one);
  for (const one of results)
    if ("error" in one) {
      const { message, hint } = describe(one.error);
      cli.output.note(`kanbun: ${message}${hint === null ? "" : `\n  hint: ${hint}`}`);
    }
  if (results.length === 0) cli.output.note("no task fits");
  else if (failed > 0) cli.output.note(`done for ${moved.length} of ${results.length} tasks`);
}

function describe(error: Error) {
  const { kind, message, hint } = commandFailure(error, false);
  return { kind, message, hint };
}

function noteAll(cli: CliContext, { notes }: Moved): void {
  for (const note of notes) cli.output.note(`note: ${note}`);
}

function withoutNotes<Done extends Moved>({ notes: _, ...facts }: Done): Omit<Done, "notes"> {
  return facts;
}

function formatMoved<Done extends Moved>(moved: Done, { done, more }: Telling<Done>, screen: Screen): string {
  return `${done} ${nameTask(moved.task, screen)}\n${describeEnd(moved.worker)}${more?.(moved, screen) ?? ""}`;
}

function describeEnd(worker: Moved["worker"]): string {
  if (worker === null) return "";
  return worker === "gone"
    ? "  its worker has ended\n"
    : "  its worker is still being stopped: the next tick continues\n";
}
