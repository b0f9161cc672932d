import { rmSync } from "node:fs";
import { join } from "node:path";
import { tryLockFile } from "../../native-shims/index.ts";

export interface LockTrial {
  /** A folder on the file system that is tried. */
  readonly folder: string;
  /** The command of the second process; the scratch file's path is put behind it. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** How this process takes the lock. */
  readonly tryLock?: typeof tryLockFile;
}

/** Starting a process takes milliseconds; on a machine that is very busy, a second or two. */
const patienceMs = 15_000;

/**
 * Locks a scratch file and lets a second process try it: while it is held, and after it was released.
 * null when both went as they should, else what did not. Never touches the dispatch lock.
 */
export async function findLockFault(trial: LockTrial): Promise<string | null> {
  const path = join(trial.folder, `kanbun-doctor-${process.pid}-${crypto.randomUUID().slice(0, 8)}.lock`);
  try {
    return await findFaultAt(path, trial);
  } catch (error) {
    return (error as Error).message;
  }
}

async function findFaultAt(path: string, trial: LockTrial): Promise<string | null> {
  const lock = (trial.tryLock ?? tryLockFile)(path);
  if (lock === null) return "a fresh lock file could not be locked";
  try {
    return await trySecond(path, trial, () => lock.release());
  } finally {
    lock.release();
    rmSync(path, { force: true });
  }
}

async function trySecond(
  path: string,
  { command, environment }: LockTrial,
  release: () => void,
): Promise<string | null> {
  const second = Bun.spawn([...command, path], {
    env: { ...environment },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    timeout: patienceMs,
    killSignal: "SIGKILL",
  });
  const lines = second.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const said = { whileHeld: (await lines.read()).value?.trim() ?? "", afterwards: "" };
  if (said.whileHeld !== "") {
    release();
    second.stdin.end();
    said.afterwards = (await lines.read()).value?.trim() ?? "";
  }
  await second.exited;
  if (said.whileHeld === "held")
    return "a second process got the lock while it was held: flock excludes no one here";
  if (said.whileHeld === "refused" && said.afterwards === "held") return null;
  if (said.afterwards === "refused") return "a second process was refused after the lock had been released";
  return `a second process could not try the lock: ${(await second.stderr.text()).trim() || "it said nothing"}`;
}

/** What the second process does: tries the lock, and once more when it is told to. */
export async function tryLockTwice(
  path: string,
  {
    say,
    told,
  }: { readonly say: (verdict: "held" | "refused") => Promise<void>; readonly told: () => Promise<unknown> },
): Promise<void> {
  const tryOnce = () => {
    const lock = tryLockFile(path);
    lock?.release();
    return lock === null ? "refused" : "held";
  };
  await say(tryOnce());
  await told();
  await say(tryOnce());
}
