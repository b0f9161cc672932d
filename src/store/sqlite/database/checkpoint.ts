import type { CheckpointDepth } from "../../file-backed.ts";
import type { Connection } from "./connection.ts";

/** As many pages as SQLite's own checkpoints wait for: 4 MB. */
const passivePagesMin = 1_000;
/** For readers to leave the log, and for a writer to end. */
const truncateBusyMs = 50;

interface CheckpointRow {
  /** 1: someone was in the way. */
  readonly busy: number;
  /** Pages that the log has. */
  readonly log: number;
  /** How many of them are in the database already. */
  readonly checkpointed: number;
}

/** @see https://www.sqlite.org/pragma.html#pragma_wal_checkpoint */
export function checkpoint(db: Connection, depth: CheckpointDepth): number {
  // Asked first, which locks nothing: emptying an empty log would look like a change to all others.
  const before = run(db, "NOOP");
  if (depth === "passive" && before.log - before.checkpointed >= passivePagesMin) run(db, "PASSIVE");
  if (depth === "passive") return before.log;
  const left = before.log === 0 ? 0 : truncate(db, before);
  // The board is quiet now, also one that was only read: the memory of its cache is given back.
  db.get("PRAGMA shrink_memory");
  return left;
}

function truncate(db: Connection, before: CheckpointRow): number {
  const { timeout = 0 } = db.get<{ timeout: number }>("PRAGMA busy_timeout") ?? {};
  try {
    db.get(`PRAGMA busy_timeout = ${truncateBusyMs}`);
    const after = run(db, "TRUNCATE");
    return after.busy === 1 ? before.log : after.log;
  } finally {
    db.get(`PRAGMA busy_timeout = ${timeout}`);
  }
}

function run(db: Connection, mode: "NOOP" | "PASSIVE" | "TRUNCATE"): CheckpointRow {
  return db.get<CheckpointRow>(`PRAGMA wal_checkpoint(${mode})`) ?? { busy: 0, log: 0, checkpointed: 0 };
}
