/** How often the table is listed again; each round is only what was started during the one before. */
const ROUNDS_MAX = 64;

/**
 * Calls `visit` for the pid of every process, once each, until a fresh listing brings nothing new: a process that forks and
 * ends while we walk cannot hide its child from us. False where new ones never ended: then nothing was proven.
 */
export function walkPids(listPids: () => readonly number[], visit: (pid: number) => void): boolean {
  const seen = new Set<number>();
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const sizeBefore = seen.size;
    for (const pid of listPids()) {
      if (seen.has(pid)) continue;
      seen.add(pid);
      visit(pid);
    }
    if (seen.size === sizeBefore) return true;
  }
  return false;
}
