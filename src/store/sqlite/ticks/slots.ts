import { countSlots as countRuns, type SlotPlace, type SlotUse } from "../../../board/slots.ts";
import type { Connection } from "../database/connection.ts";
import { listLiveRuns } from "../runs/live-runs.ts";

/** What the runs of this board use of the slots of a machine. */
export function countSlots(db: Connection, at: SlotPlace): SlotUse {
  return countRuns(listLiveRuns(db), at);
}
