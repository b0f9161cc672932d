import { identifyProcess } from "../../../native-shims/index.ts";
import type { Sighting } from "../../board/sighting.ts";

/**
 * The dispatcher behind a claim that another program made on this host: its own pid stands behind the colon. `unknown`
 * where none does. What lives there may by now be another process, so this must not be waited for without an end.
 */
export function sightClaimer(claimLock: string): Sighting["dispatcher"] {
  const pid = /:(\d{1,10})$/.exec(claimLock)?.[1];
  if (pid === undefined) return "unknown";
  return identifyProcess(Number(pid)) === null ? "dead" : "alive";
}
