import type { BoardStore } from "../../../src/store/store.ts";
import type { Journal } from "../orphan-repro/journal.ts";

export interface Acknowledged {
  readonly writes: number;
  readonly taskIds: readonly string[];
  /** Each write that a client had been told of and that the board does not have. */
  readonly lost: readonly string[];
}

/** Holds what the clients wrote down against the board. */
export async function readAcknowledged(journal: Journal, store: BoardStore): Promise<Acknowledged> {
  const lines = journal.read();
  const taskIds = lines.filter(([what]) => what === "task").map(([, id = ""]) => id);
  const known = new Map<string, ReadonlySet<string>>();
  for (const id of taskIds) {
    if ((await store.getTask(id)) === null) continue;
    const { comments } = await store.requireDossier(id);
    known.set(id, new Set(comments.map((comment) => comment.body)));
  }
  const lost = lines
    .filter(([what, id = "", text = ""]) => !(what === "task" ? known.has(id) : known.get(id)?.has(text)))
    .map(([what, id, text]) => `${id}: the ${what} ${text ?? ""} was acknowledged and is not there`);
  return { writes: lines.length, taskIds, lost };
}
