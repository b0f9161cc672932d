import { countSlots as countRuns, type SlotPlace, type SlotUse } from "../../../board/slots.ts";
import type { Connection } from "../connection.ts";
import { countLiveRuns } from "../runs/live-runs.ts";
import type { Steps } from "../steps.ts";

/** What the runs of this board use of the slots of a machine. */
export function* countSlots(db: Connection, at: SlotPlace): Steps<SlotUse> {
  const { foreign, workers } = yield* countLiveRuns(db);
  return countRuns(foreign, at, workers);
}
