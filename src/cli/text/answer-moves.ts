import type { Task } from "../../board/task.ts";
import type { TaskChoice } from "../../home/tasks/change-many.ts";
import type { Moved } from "../../home/tasks/move.ts";
import { Moves } from "../../home/tasks/moves.ts";
import type { CliContext } from "../input/command.ts";
import { answerEach } from "./answer-each.ts";
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
 * Makes one move, of one task or of many, as {@link answerEach} does.
 * @param choice null: inside a worker its own task
 * @returns the tasks that were moved
 */
export async function answerMoves<Done extends Moved>(
  cli: CliContext,
  choice: TaskChoice | null,
  telling: Telling<Done>,
  make: (moves: Moves, task: string) => Promise<Done>,
): Promise<readonly Task[]> {
  const moved = await answerEach(cli, choice, (session, id) => make(new Moves(cli.home, session), id), {
    text: (one, screen) => formatMoved(one, telling, screen),
    document: ({ notes: _, ...facts }) => facts,
    notes: ({ notes }) => notes,
  });
  return moved.map(({ task }) => task);
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
