import type { Task } from "../../board/task.ts";
import { type Change, type Moved, moveTask } from "../../home/move.ts";
import type { CliContext } from "../input/command.ts";
import { nameTask } from "./task-text.ts";

interface MoveOptions {
  /** As it was typed; undefined means a worker's own task. */
  readonly task: string | undefined;
  /** In the past tense: what the answer begins with. */
  readonly done: string;
  readonly force?: boolean | undefined;
}

/** Opens the board, makes one move with the end of the worker that it may bring, and answers with the task. */
export async function runMove(
  cli: CliContext,
  { task: text, done, force }: MoveOptions,
  change: Change,
): Promise<Task> {
  await using session = await cli.open("write");
  const { task, worker, notes } = await moveTask(cli.home, session, { text, force }, change);
  for (const note of notes) cli.output.note(`note: ${note}`);
  await cli.output.answer(
    { task, worker },
    (screen) => `${done} ${nameTask(task, screen)}\n${describeEnd(worker)}`,
  );
  return task;
}

function describeEnd(worker: Moved["worker"]): string {
  if (worker === null) return "";
  return worker === "gone"
    ? "  its worker is gone\n"
    : "  its worker is still being stopped: the next tick goes on\n";
}
