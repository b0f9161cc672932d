import { hostIdentity, readUptimeMs } from "../../../native-shims/index.ts";
import type { Clock } from "../../system/clock.ts";

/** The time of this machine. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: readUptimeMs,
  get bootId() {
    return hostIdentity().bootId;
  },
};
