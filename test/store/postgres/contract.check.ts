import { describe } from "bun:test";
import { hasPostgres } from "../../support/postgres/postgres.ts";
import { describeBoardStore } from "../contract.ts";
import { openFreshPostgres } from "./board.ts";

describe.skipIf(!hasPostgres)("where there is a PostgreSQL", () => {
  describeBoardStore("a board on PostgreSQL", openFreshPostgres);
});
