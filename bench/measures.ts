import type { Measure } from "./measure.ts";
import { claimComplete } from "./measures/claim-complete.ts";
import { competition } from "./measures/competition.ts";
import { idleTick } from "./measures/idle-tick.ts";
import { largeTick } from "./measures/large-tick.ts";
import { lock } from "./measures/lock.ts";

/** In the order of the table. */
export const measures: readonly Measure[] = [idleTick, largeTick, claimComplete, lock, competition];
