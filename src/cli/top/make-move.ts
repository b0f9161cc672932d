import type { OverviewTask } from "../../home/overview/overview.ts";
import type { Home } from "../../home/session/home.ts";
import { Moves } from "../../home/tasks/moves.ts";
import { settleTask } from "../../home/tasks/settle-task.ts";
import type { TopMove } from "./top-state.ts";

/** What changes something on a board. */
export type ChangingMove = Exclude<
  TopMove,
  { readonly do: "quit" | "suspend" | "redraw" } | { readonly do: "open_log" }
>;

/** Does what a key asked for; what was done, in words. @throws what the move throws: then nothing was done */
export async function makeMove(home: Home, move: ChangingMove): Promise<string> {
  if (move.do === "pause_board") return pauseBoard(home.withBoard(move.board));
  return moveTask(home, move);
}

async function moveTask(home: Home, move: Exclude<ChangingMove, { do: "pause_board" }>): Promise<string> {
  const { task, board, hold } = move.task;
  const own = home.withBoard(board);
  const moves = new Moves(own);
  switch (move.do) {
    case "answer":
      await moves.answer(task.id, move.text);
      return said("answered", move.task);
    case "approve":
      await moves.approve(task.id);
      return said("approved", move.task);
    case "request_changes":
      await moves.requestChanges(task.id, move.text);
      return said("sent back", move.task);
    case "cancel":
      await moves.cancel(task.id, null, { force: true });
      return said("cancelled", move.task);
    case "retry":
      return said(await settleTask(own, task, hold), move.task);
  }
}

function said(what: string, { task }: OverviewTask): string {
  return `${task.id} ${task.title}: ${what}`;
}

async function pauseBoard(home: Home): Promise<string> {
  await home.requireMayChange();
  await using session = await home.open("write");
  const { board } = home.place;
  if (await session.store.resume("board")) return `${board} goes on`;
  const reason = `paused by ${session.by(null).actor}`;
  await session.store.pause({ scope: "board", untilAtMs: null, reason });
  return `${board} is paused: running workers go on, nothing new starts (p lets it go on)`;
}
