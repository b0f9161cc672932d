import type { Task } from "../../board/task.ts";
import type { Moved } from "../../home/tasks/move.ts";
import type { Moves } from "../../home/tasks/moves.ts";
import type { CliContext } from "../input/command.ts";
import { answerMoves } from "./answer-moves.ts";

/** Makes one move, and answers with the task. @param done in the past tense: what the answer begins with */
export async function answerMove(
  cli: CliContext,
  done: string,
  make: (moves: Moves) => Promise<Moved>,
): Promise<Task> {
  const [task] = await answerMoves(cli, null, { done }, make);
  return task as Task;
}
