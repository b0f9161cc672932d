import { BoardError } from "./error.ts";
import type { Task, TaskStatus } from "./task.ts";

/** Every way a task can change its status, by the verb that does it. */
export type Move =
  | "claim"
  | "promote"
  | "complete"
  | "block"
  | "unblock"
  | "schedule"
  | "archive"
  | "cancel"
  | "reclaim"
  | "assign"
  | "edit"
  | "ask"
  | "answer"
  | "request_review"
  | "approve"
  | "request_changes"
  | "link"
  | "retry"
  | "restore"
  | "delete";

const unfinished = ["triage", "todo", "scheduled", "ready", "running", "blocked", "review"] as const;

/** The one table of legal moves: the verb, and the statuses it may start from. */
const legalMoves: Readonly<Record<Move, readonly TaskStatus[]>> = {
  claim: ["ready", "review"],
  promote: ["triage", "todo", "scheduled"],
  complete: unfinished,
  block: ["triage", "todo", "scheduled", "ready", "running", "review"],
  unblock: ["blocked"],
  schedule: ["triage", "todo", "scheduled", "ready", "running", "blocked"],
  archive: [...unfinished, "done"],
  cancel: unfinished,
  reclaim: ["running"],
  assign: unfinished,
  edit: [...unfinished, "done"],
  ask: ["running"],
  answer: ["blocked"],
  request_review: ["todo", "scheduled", "ready", "running", "blocked"],
  approve: ["review", "running"],
  request_changes: ["review", "running"],
  link: unfinished,
  retry: ["todo", "ready", "blocked", "done", "archived"],
  restore: ["archived"],
  delete: ["triage", "todo", "scheduled", "ready", "blocked", "review", "done", "archived"],
};

/** The statuses that a verb as it is typed may start from; null for one that is no move. */
export function statusesFor(verb: string): readonly TaskStatus[] | null {
  const name = verb.replaceAll("-", "_");
  return Object.hasOwn(legalMoves, name) ? legalMoves[name as Move] : null;
}

/** @throws {BoardError} illegal_move, naming the status the task has and those the move starts from. */
export function requireLegalMove(move: Move, task: Pick<Task, "id" | "status">): void {
  const from = legalMoves[move];
  if (from.includes(task.status)) return;
  const verb = move.replaceAll("_", " ");
  throw new BoardError("illegal_move", `cannot ${verb} ${task.id}: it is ${task.status}`, {
    hint: `${verb} is possible from: ${from.join(", ")}`,
  });
}
