import { describe } from "bun:test";
import { systemClock } from "../../../src/home/session/system-clock.ts";
import { openPostgresBoard } from "../../../src/store/postgres/open.ts";
import { hasPostgres, requirePostgres } from "../../support/postgres/postgres.ts";
import { describeRaces } from "../contract-races.ts";
import { freshName } from "./board.ts";

describe.skipIf(!hasPostgres)("where there is a PostgreSQL", () => {
  describeRaces("a board on PostgreSQL", {
    // Plain data: it goes to other processes.
    makePlace: async () => ({ server: await requirePostgres(), board: freshName() }),
    open: (place, mode) => openPostgresBoard({ ...place, clock: systemClock, mode }),
    // What a server keeps is its own to check; what stands in it is looked at by the races themselves.
    check: async () => "ok",
  });
});
