import type { CareStore } from "../care.ts";
import { exportRows } from "./exchange/export-rows.ts";
import { importRows } from "./exchange/import-rows.ts";
import * as repair from "./repair.ts";
import * as oldRecords from "./tasks/old-records.ts";
import type { Transactions } from "./transactions.ts";

export function careStore(on: Transactions): CareStore {
  return {
    inspect: () => on.read((db) => repair.inspectBoard(db)),
    repairRecords: (by) => on.write((scope) => repair.repairRecords(scope, by)),
    measureOldEvents: (beforeMs) => on.read((db) => oldRecords.measureOldEvents(db, beforeMs)),
    removeOldEvents: (beforeMs, max) => on.write((scope) => oldRecords.removeOldEvents(scope, beforeMs, max)),
    listArchivedWorktrees: (beforeMs) => on.read((db) => oldRecords.listArchivedWorktrees(db, beforeMs)),
    exportRows: (options) => on.read((db) => exportRows(db, options)),
    importRows: (options, by) =>
      options.isDryRun
        ? on.tryOut((scope) => importRows(scope, options, by))
        : on.write((scope) => importRows(scope, options, by)),
    getRunEnds: (runIds) => on.read((db) => repair.getRunEnds(db, runIds)),
  };
}
