import type { Task } from "../../board/task.ts";
import type { Moved } from "../../home/tasks/move.ts";
import { Moves } from "../../home/tasks/moves.ts";
import type { CliContext } from "../input/command.ts";
import { nameTask } from "./task-text.ts";

/** Makes one move, and answers with the task. @param done in the past tense: what the answer begins with */
export async function answerMove(
  cli: CliContext,
  done: string,
  make: (moves: Moves) => Promise<Moved>,
): Promise<Task> {
  const { task, worker, notes } = await make(new Moves(cli.home));
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
    ? "  its worker has ended\n"
    : "  its worker is still being stopped: the next tick continues\n";
}
