import type { Connection } from "../connection.ts";
import type { Steps } from "../steps.ts";

/** A new id that no task has: `t_` and eight random hex digits. No one takes it before the transaction ends. */
export function* freeTaskId(db: Connection): Steps<string> {
  for (;;) {
    const id = toTaskId(crypto.getRandomValues(Buffer.alloc(4)).readUInt32BE());
    if ((yield* db.get("SELECT 1 FROM tasks WHERE id = :id", { id })) === null) return id;
  }
}

const drawMin = 64;
const drawMax = 64 * 1024;

/**
 * Hands out free ids in ascending order, then from another draw, each twice as large as the one before: rows of many
 * tasks go into an index of ids side by side, which takes half the time of going to and fro.
 */
export class SortedTaskIds {
  readonly #db: Connection;
  readonly #flush: () => Steps<void>;
  #size = drawMin;
  #free: Iterator<string> = [].values();

  /** @param flush writes the tasks that have the ids of the draws before */
  constructor(db: Connection, flush: () => Steps<void>) {
    this.#db = db;
    this.#flush = flush;
  }

  *next(): Steps<string> {
    for (;;) {
      const { done, value } = this.#free.next();
      if (!done) return value;
      this.#free = (yield* this.#draw()).values();
    }
  }

  *#draw(): Steps<string[]> {
    const drawn = new Uint32Array(this.#size);
    this.#size = Math.min(this.#size * 2, drawMax);
    // 64 KiB is what one call gives.
    for (let at = 0; at < drawn.length; at += 16_384) crypto.getRandomValues(drawn.subarray(at, at + 16_384));
    yield* this.#flush();
    const ids = [...new Set(drawn.sort())].map(toTaskId);
    const taken = yield* this.#db.all<{ id: string }>(
      "SELECT t.id FROM json_each(:ids) j CROSS JOIN tasks t ON t.id = j.value",
      { ids: JSON.stringify(ids) },
    );
    const takenIds = new Set(taken.map((task) => task.id));
    return ids.filter((id) => !takenIds.has(id));
  }
}

function toTaskId(number: number): string {
  return `t_${number.toString(16).padStart(8, "0")}`;
}
