/** How often the table is listed again; each round is only what was started during the one before. */
const ROUNDS_MAX = 16;

/**
 * The pid of every process, once each. Ends when a fresh listing brings nothing new: a process that forks and ends while
 * we walk cannot hide its child from us.
 */
export function* walkPids(listPids: () => readonly number[]): Generator<number> {
  const seen = new Set<number>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const sizeBefore = seen.size;
    for (const pid of listPids()) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      yield pid;
    }
    if (seen.size === sizeBefore) return;
  }
}
