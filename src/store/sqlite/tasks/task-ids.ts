import type { Connection } from "../database/connection.ts";

/** A new id that no task has: `t_` and eight random hex digits. No one takes it before the transaction ends. */
export function freeTaskId(db: Connection): string {
  for (;;) {
    const id = toTaskId(crypto.getRandomValues(Buffer.alloc(4)).readUInt32BE());
    if (db.get("SELECT 1 FROM tasks WHERE id = :id", { id }) === null) return id;
  }
}

const drawMin = 64;
const drawMax = 64 * 1024;

/**
 * Hands out free ids in ascending order, then from another draw, each twice as large as the one before: rows of many
 * tasks go into an index of ids side by side, which takes half the time of going to and fro.
 * @param flush writes the tasks that have the ids of the draws before
 */
export function* sortedTaskIds(db: Connection, flush: () => void): Generator<string, never> {
  for (let size = drawMin; ; size = Math.min(size * 2, drawMax)) {
    const drawn = new Uint32Array(size);
    // 64 KiB is what one call gives.
    for (let at = 0; at < size; at += 16_384) crypto.getRandomValues(drawn.subarray(at, at + 16_384));
    flush();
    const ids = [...new Set(drawn.sort())].map(toTaskId);
    const taken = db.all<{ id: string }>(
      "SELECT t.id FROM json_each(:ids) j CROSS JOIN tasks t ON t.id = j.value",
      { ids: JSON.stringify(ids) },
    );
    const takenIds = new Set(taken.map((task) => task.id));
    for (const id of ids) if (!takenIds.has(id)) yield id;
  }
}

function toTaskId(number: number): string {
  return `t_${number.toString(16).padStart(8, "0")}`;
}
