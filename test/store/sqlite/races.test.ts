import { afterEach } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { openStore } from "../../../src/store/open/open-store.ts";
import { databaseFileOf } from "../../../src/store/place.ts";
import { describeRaces } from "../contract-races.ts";
import { checkIntegrity, memoryPath, placeAt, removeMemoryHomes } from "./board.ts";

afterEach(removeMemoryHomes);

describeRaces("a board in SQLite", {
  makePlace: async () => placeAt(memoryPath()),
  open: (place, mode) => openStore(place, { clock: systemClock, mode }),
  check: async (place) => checkIntegrity(databaseFileOf(place) ?? ""),
});
