import { listResidents } from "../../dispatcher/resident/residents.ts";
import { readLockState } from "../../doctor/lock-state.ts";
import { dispatchLockPathOf, placeOf } from "../../store/place.ts";
import type { Place } from "../session/place.ts";

/** Whether some dispatcher stays on the board, or is at it at this moment. Whatever ticks from time to time can't be seen. */
export function hasDispatcher({ home, board, paths }: Pick<Place, "home" | "board" | "paths">): boolean {
  if (listResidents(home).some(({ boards }) => boards.includes(board))) return true;
  return readLockState(dispatchLockPathOf(placeOf(paths))).lockHolderPid !== null;
}
