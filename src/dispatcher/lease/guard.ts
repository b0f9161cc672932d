import { type FileLock, tryLockFile } from "../../../native-shims/index.ts";
import { LeaseFile } from "../../worker/lease/lease-file.ts";
import { LeasedProcesses } from "../../worker/lease/leased-processes.ts";
import { guardLockPath } from "./lease-files.ts";

/** From one look at the lease to the next: by the time since boot, which no timer waits for. */
const lookMs = 50;
/** From one search for what is left to the next, while something is. */
const againMs = 10;
/** The same where it doesn't die: the kernel holds it, or it may not be signalled. */
const stubbornMs = 1_000;
const stubbornAfterMs = 10_000;
/** So often nothing must be found before nothing is left: a shim may be about to start. */
const emptyLooks = 5;

/**
 * Watches a lease of this home, and when it is over kills all that was started under it, again and again until nothing is left.
 * It rests on no other process: the lease is a file, and only a beat that the server has acknowledged moves its end. Returns when the
 * lease is over and nothing of it is left, or another guard watches it.
 */
export async function guardLease([home = "", leasePath = ""]: readonly string[]): Promise<void> {
  const lease = new LeaseFile(leasePath);
  const leased = new LeasedProcesses(home, leasePath);
  for (let lock = await waitForLock(leasePath); lock !== null; lock = tryLockFile(guardLockPath(leasePath))) {
    await watch(lease, leased);
    lock.release();
    // Renewed in between, by a process that saw it guarded?
    if (lease.readRestMs() === 0) return;
  }
}

/** Someone who only looks whether there is a guard has it for microseconds. null: there is another guard. */
async function waitForLock(leasePath: string): Promise<FileLock | null> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const lock = tryLockFile(guardLockPath(leasePath));
    if (lock !== null) return lock;
    await Bun.sleep(againMs);
  }
  return null;
}

/** Until the lease is over and nothing of it is left. */
async function watch(lease: LeaseFile, leased: LeasedProcesses): Promise<void> {
  let empty = 0;
  let overSinceMs: number | null = null;
  while (empty < emptyLooks) {
    const restMs = lease.readRestMs();
    if (restMs > 0) {
      [empty, overSinceMs] = [0, null];
      await Bun.sleep(Math.min(restMs, lookMs));
      continue;
    }
    overSinceMs ??= performance.now();
    empty = leased.kill() === 0 ? empty + 1 : 0;
    await Bun.sleep(performance.now() - overSinceMs > stubbornAfterMs ? stubbornMs : againMs);
  }
}
