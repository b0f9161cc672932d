import { Database } from "bun:sqlite";
import { thisHost } from "../../src/dispatcher/host.ts";
import type { BoardStore } from "../../src/store/store.ts";
import type { Claim } from "../../src/store/tick.ts";
import { type BenchHome, openStore, person } from "./bench-home.ts";
import { requireDelivered } from "./delivery.ts";

const lease = { host: thisHost(), leaseMs: 3_600_000 };

/** Claims and completes what is ready on a board, one task after the other, each in a transaction of its own. */
export class SingleWorker {
  readonly #board: BenchHome;
  readonly #store: BoardStore;
  readonly #ids: readonly string[];
  readonly #claims: Claim[] = [];

  private constructor(board: BenchHome, store: BoardStore) {
    this.#board = board;
    this.#store = store;
    this.#ids = listReady(board);
  }

  static async open(board: BenchHome, synchronous: "FULL" | "NORMAL" = "FULL"): Promise<SingleWorker> {
    return new SingleWorker(board, await openStore(board, synchronous));
  }

  readonly claim = async (): Promise<void> => {
    const id = this.#ids[this.#claims.length] ?? "";
    this.#claims.push(await this.#store.claimTask(id, lease, person));
  };

  /** The task that was claimed last. */
  readonly complete = async (): Promise<void> => {
    const claim = this.#claims.at(-1);
    if (claim === undefined) throw new Error("nothing was claimed");
    const run = { runId: claim.runId, token: claim.token };
    await this.#store.completeTask(claim.task.id, { summary: "done" }, { ...person, run });
  };

  /** @throws when not every task that was ready was worked on exactly once. */
  end(): void {
    this.#store.close();
    requireDelivered(this.#board, this.#ids.length, "done");
  }
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
