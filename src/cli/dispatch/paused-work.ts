import { systemClock } from "../../home/session/system-clock.ts";
import type { BoardStore } from "../../store/store.ts";
import type { CliContext } from "../input/command.ts";

/** Whether a pause of the board, or of a profile, keeps tasks of the board from starting. */
export async function hasPausedWork(cli: CliContext, board: string): Promise<boolean> {
  try {
    await using session = await cli.open("read", board);
    return await isPaused(session.store);
  } catch {
    return false; // what is left on it is told as not known, and why
  }
}

async function isPaused(store: BoardStore): Promise<boolean> {
  const nowMs = systemClock.nowMs();
  for (const { scope, untilAtMs } of await store.listPauses()) {
    if (untilAtMs !== null && untilAtMs <= nowMs) continue;
    const assignee = scope === "board" ? {} : { assignee: scope.slice("profile:".length) };
    const kept = await store.listTasks({ statuses: ["ready", "review"], limit: 1, ...assignee });
    if (kept.length > 0) return true;
  }
  return false;
}
