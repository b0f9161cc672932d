import { afterEach, describe, expect, test } from "bun:test";
import { renameSync, unlinkSync } from "node:fs";
import { tryLockFile } from "../../../native-shims/index.ts";
import { endChildren, readLines, startChild } from "../children.ts";
import { makeLockPath, takeLock } from "../lock/locks.ts";

afterEach(endChildren);

/** test/windows/lock-stranger.c: a program of another make. */
const stranger = Bun.which("lock-stranger") ?? "";

// Skipped elsewhere, and where that program was not built: `bun run test:windows` builds it.
describe.skipIf(process.platform !== "win32" || stranger === "")("a lock on Windows", () => {
  test("is kept from us by a stranger that has byte 0, until it ends", async () => {
    const path = makeLockPath();
    const other = startChild([stranger, "take", path]);
    expect(await readLines(other)).toEqual(["held"]);
    expect(tryLockFile(path)).toBeNull();
    other.stdin.end();
    await other.exited;
    takeLock(path).release();
  });

  test("is kept from us by a stranger until it is terminated", async () => {
    const path = makeLockPath();
    const other = startChild([stranger, "take", path]);
    expect(await readLines(other)).toEqual(["held"]);
    other.kill("SIGKILL");
    await other.exited;
    takeLock(path).release();
  });

  test("keeps a stranger from byte 0", async () => {
    const path = makeLockPath();
    using _lock = takeLock(path);
    expect(await readLines(startChild([stranger, "take", path]))).toEqual(["refused"]);
  });

  test("is unlocked before it is closed: a file object that outlives our handle does not keep it", async () => {
    const path = makeLockPath();
    const lock = takeLock(path);
    const keeper = startChild([stranger, "keep", String(process.pid), path]);
    expect(await readLines(keeper)).toEqual(["kept"]);
    expect(tryLockFile(path)).toBeNull();
    lock.release();
    takeLock(path).release();
  });

  test("cannot lose its file: who holds it keeps it from being removed or replaced", () => {
    const path = makeLockPath();
    using _lock = takeLock(path);
    expect(() => unlinkSync(path)).toThrow("EBUSY");
    expect(() => renameSync(path, `${path}.old`)).toThrow("EBUSY");
    expect(tryLockFile(path)).toBeNull();
  });
});
