import { describe } from "bun:test";
import { testAgainstModel } from "../../model/against-model.ts";
import { hasPostgres } from "../../support/postgres/postgres.ts";
import { openFreshPostgres } from "./board.ts";

describe.skipIf(!hasPostgres)("where there is a PostgreSQL", () => {
  testAgainstModel("a board on PostgreSQL", openFreshPostgres, () => {}, {
    // Each statement is a journey here.
    runs: Number(process.env.MODEL_RUNS ?? 20),
    msPerRun: 30_000,
  });
});
