import { existsSync, readFileSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";

const memory = "/dev/shm";
const roomBytesMin = 4 * 2 ** 30;

let isInMemory = false;
let isMemoryFit: boolean | null = null;

/**
 * Said at the top of a file whose tests are about rules and texts: they need not wait for a disk, where there is memory enough.
 * Not for one about what is kept: races, faults, what `doctor` says of a place.
 */
export function homesInMemory(): void {
  isInMemory = true;
}

/** The next file says for itself what it needs. */
export function homesOnDisk(): void {
  isInMemory = false;
}

/** The folder in which the tests of this file make theirs. */
export function placeOfHomes(): string {
  if (!isInMemory) return tmpdir();
  isMemoryFit ??= canHoldHomes();
  return isMemoryFit ? memory : tmpdir();
}

/** False also where someone has named a folder. */
function canHoldHomes(): boolean {
  if (process.platform !== "linux" || process.env.TMPDIR !== undefined || !existsSync(memory)) return false;
  const mount = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .find((line) => line.split(" ")[1] === memory);
  // Programs of the tests are started from there.
  if (mount === undefined || /\b(noexec|ro)\b/.test(mount)) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= roomBytesMin;
}
