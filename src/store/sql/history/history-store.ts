import type { HistoryStore } from "../../history.ts";
import type { Transactions } from "../transactions.ts";
import * as durations from "./durations.ts";
import * as changes from "./status-changes.ts";
import * as timedRuns from "./timed-runs.ts";

export function historyStore(on: Transactions): HistoryStore {
  return {
    findEventAt: (atMs) => on.read((db) => changes.findEventAt(db, atMs)),
    listStatusChanges: (from) => on.read((db) => changes.listStatusChanges(db, from)),
    listChangesBefore: (eventId, taskIds) => on.read((db) => changes.listChangesBefore(db, eventId, taskIds)),
    readFlowNow: (taskIds) => on.read((db) => changes.readFlowNow(db, taskIds)),
    listRunEnds: (runIds) => on.read((db) => timedRuns.listRunEnds(db, runIds)),
    listRunsBetween: (span) => on.read((db) => timedRuns.listRunsBetween(db, span)),
    readDurations: (boundsMs) => on.read((db) => durations.readDurations(db, boundsMs)),
  };
}
