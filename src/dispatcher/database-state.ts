import { statSync } from "node:fs";

/** A change within this time of the one before may leave all that the file system tells of a file as it was. */
const knownAfterMs = 2_000;

/**
 * What tells the content of a database from every other that it ever had: the same text, the same content. Nothing is
 * opened for it.
 * @param nowMs by the clock that the file system goes by
 * @returns null when it has just been changed: then nothing can be said
 */
export function readDatabaseState(path: string, nowMs: number): string | null {
  const files = [path, `${path}-wal`].flatMap((file) => {
    const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
    // A log without content comes and goes with a process that only reads.
    return stats === undefined || stats.size === 0n ? [] : [stats];
  });
  if (files.some((stats) => nowMs - Number(stats.ctimeMs) < knownAfterMs)) return null;
  return files
    .map(({ dev, ino, size, mtimeNs, ctimeNs }) => [dev, ino, size, mtimeNs, ctimeNs].join(":"))
    .join(" ");
}
