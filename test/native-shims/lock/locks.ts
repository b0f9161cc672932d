import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type FileLock, tryLockFile } from "../../../native-shims/index.ts";
import { makeTestHome } from "../../support/home.ts";

export function makeLockPath(): string {
  return join(makeTestHome(), "board.lock");
}

/** @throws when someone holds it */
export function takeLock(path: string): FileLock {
  const lock = tryLockFile(path);
  if (lock === null) throw new Error(`somebody holds ${path}`);
  return lock;
}

/** The descriptors of this process. Linux only. */
export function openDescriptors(): string[] {
  return readdirSync("/proc/self/fd");
}
