import type { OutlookStore } from "../../outlook.ts";
import type { Transactions } from "../transactions.ts";
import { chooseNext } from "./candidates.ts";
import { listHeld } from "./held.ts";
import { countHolds } from "./hold-counts.ts";
import { listMetAsks } from "./met-asks.ts";
import { countSlots } from "./slots.ts";

export function outlookStore(on: Transactions): OutlookStore {
  return {
    listHeld: (rules, limit) => on.read((db) => listHeld(db, rules, limit)),
    countSlots: (at) => on.read((db) => countSlots(db, at), { plansOnce: true }),
    chooseNext: (rules, max) =>
      on.read(function* (db) {
        return yield* chooseNext(db, rules, { max, met: yield* listMetAsks(db, rules) });
      }),
    countHolds: (rules) => on.read((db) => countHolds(db, rules)),
  };
}
