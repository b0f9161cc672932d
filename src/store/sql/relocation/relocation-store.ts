import type { RelocationStore } from "../../relocation.ts";
import type { Transactions } from "../transactions.ts";
import { arrive } from "./arrival.ts";
import * as departure from "./departure.ts";
import { readPage } from "./relocated-rows.ts";

export function relocationStore(on: Transactions): RelocationStore {
  return {
    getRelocation: () => on.read((db) => departure.readState(db)),
    hasArrived: (id) =>
      on.write(function* ({ db }) {
        return (yield* departure.readState(db)).arrivedBy === id;
      }),
    planRelocation: () => on.read((db) => departure.planRelocation(db)),
    leave: (relocation) => on.write((scope) => departure.leave(scope, relocation)),
    stay: () => on.write((scope) => departure.stay(scope)),
    readPage: (table, after) => on.read((db) => readPage(db, table, after)),
    readNumbers: () => on.read((db) => departure.readNumbers(db)),
    arrive: (source, how) => on.writeAlone((scope) => arrive(scope, source, how)),
  };
}
