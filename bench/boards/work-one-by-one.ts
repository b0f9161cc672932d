import { Database } from "bun:sqlite";
import { thisHost } from "../../src/dispatcher/host.ts";
import type { BoardStore } from "../../src/store/store.ts";
import { type BenchHome, openStore, person } from "./bench-home.ts";
import { requireDelivered } from "./delivery.ts";

const lease = { host: thisHost(), leaseMs: 3_600_000 };

export interface WorkRates {
  readonly claimsPerS: number;
  readonly completesPerS: number;
  /** A claim and then its completion. */
  readonly pairsPerS: number;
}

/** Claims and completes all that is ready, each in a transaction of its own, and checks that each was worked on once. */
export async function workOneByOne(
  board: BenchHome,
  count: number,
  synchronous: "FULL" | "NORMAL" = "FULL",
): Promise<WorkRates> {
  const ids = listReady(board);
  const store = await openStore(board, synchronous);
  let claimMs = 0;
  let completeMs = 0;
  try {
    for (const id of ids) {
      const { claimedMs, completedMs } = await workOne(store, id);
      claimMs += claimedMs;
      completeMs += completedMs;
    }
  } finally {
    store.close();
  }
  requireDelivered(board, count, "done");
  const perS = (ms: number) => (count / ms) * 1000;
  return {
    claimsPerS: perS(claimMs),
    completesPerS: perS(completeMs),
    pairsPerS: perS(claimMs + completeMs),
  };
}

async function workOne(store: BoardStore, id: string) {
  const startedAt = Bun.nanoseconds();
  const claim = await store.claimTask(id, lease, person);
  const claimedAt = Bun.nanoseconds();
  const run = { runId: claim.runId, token: claim.token };
  await store.completeTask(id, { summary: "done" }, { ...person, run });
  return { claimedMs: (claimedAt - startedAt) / 1e6, completedMs: (Bun.nanoseconds() - claimedAt) / 1e6 };
}

function listReady(board: BenchHome): string[] {
  const db = new Database(board.database, { readonly: true });
  try {
    const rows = db.query<{ id: string }, []>("SELECT id FROM tasks WHERE status = 'ready'").all();
    return rows.map((row) => row.id);
  } finally {
    db.close();
  }
}
