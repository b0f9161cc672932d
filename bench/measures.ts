import type { Measure } from "./measure.ts";
import { claimComplete } from "./measures/claim-complete.ts";
import { commands } from "./measures/commands.ts";
import { competition } from "./measures/competition.ts";
import { create } from "./measures/create.ts";
import { createMany } from "./measures/create-many.ts";
import { idleTick } from "./measures/idle-tick.ts";
import { largeBoard } from "./measures/large-board.ts";
import { largeTick } from "./measures/large-tick.ts";
import { listMemory } from "./measures/list-memory.ts";
import { lock } from "./measures/lock.ts";
import { memory } from "./measures/memory.ts";
import { peers } from "./measures/peers.ts";
import { refill } from "./measures/refill.ts";
import { serverCrowd } from "./measures/server-crowd.ts";
import { serverListeners } from "./measures/server-listeners.ts";
import { serverPairs } from "./measures/server-pairs.ts";
import { serverSnapshot } from "./measures/server-snapshot.ts";
import { serverWakeUp } from "./measures/server-wake-up.ts";
import { throughput } from "./measures/throughput.ts";
import { wakeUp } from "./measures/wake-up.ts";

/** In the order of the table. */
export const measures: readonly Measure[] = [
  idleTick,
  largeTick,
  throughput,
  wakeUp,
  refill,
  create,
  createMany,
  claimComplete,
  lock,
  competition,
  commands,
  memory,
  peers,
  largeBoard,
  listMemory,
  serverPairs,
  serverWakeUp,
  serverListeners,
  serverSnapshot,
  serverCrowd,
];
