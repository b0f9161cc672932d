import { listResidents } from "../../dispatcher/resident/residents.ts";
import { readLockState } from "../../doctor/lock-state.ts";
import { canonicalDatabasePath } from "../../system/home/board-paths.ts";
import type { Place } from "../session/place.ts";

/** Whether some dispatcher stays on the board, or is at it at this moment. Whatever ticks from time to time can't be seen. */
export function hasDispatcher({ home, board, paths }: Pick<Place, "home" | "board" | "paths">): boolean {
  if (listResidents(home).some(({ boards }) => boards.includes(board))) return true;
  return readLockState(lockPathOf(paths.database)).heldByPid !== null;
}

export function lockPathOf(database: string): string {
  return `${canonicalDatabasePath(database)}.dispatch.lock`;
}
