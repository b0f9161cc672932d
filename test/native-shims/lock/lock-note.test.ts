import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LockError, readLockNote, tryLockFile } from "../../../native-shims/index.ts";
import { makeTestHome } from "../../support/home.ts";
import { makeLockPath, takeLock } from "./locks.ts";

describe("the note of a lock", () => {
  test("is read by anyone while the lock is held, and afterwards", () => {
    const path = makeLockPath();
    const lock = takeLock(path);
    lock.writeNote('{"pid":7,"host":"ä"}');
    expect(readLockNote(path)).toBe('{"pid":7,"host":"ä"}');
    lock.release();
    expect(readLockNote(path)).toBe('{"pid":7,"host":"ä"}');
  });

  test("survives another's attempt at the lock, and the next holder until it writes its own", () => {
    const path = makeLockPath();
    const first = takeLock(path);
    first.writeNote("first");
    tryLockFile(path);
    first.release();
    using second = takeLock(path);
    expect(readLockNote(path)).toBe("first");
    second.writeNote("second");
    expect(readLockNote(path)).toBe("second");
  });

  test("leaves nothing of a longer one before it", () => {
    const path = makeLockPath();
    using lock = takeLock(path);
    lock.writeNote("a very long note about a very slow holder");
    lock.writeNote("short");
    expect(readLockNote(path)).toBe("short");
    expect(readFileSync(path, "utf8").trimEnd()).toBe(" short");
  });

  test("never stands in byte 0, which is what Windows locks", () => {
    const path = makeLockPath();
    using lock = takeLock(path);
    for (const note of ["one", "", "another"]) {
      lock.writeNote(note);
      expect(readFileSync(path)[0]).toBe(0x20);
    }
  });

  test("ends where its line ends, though more stands behind it", () => {
    const path = makeLockPath();
    writeFileSync(path, " short\nof a long one that is being cut\n");
    expect(readLockNote(path)).toBe("short");
  });

  test("is empty where there is no file, no parent, or nothing written", () => {
    const path = makeLockPath();
    expect(readLockNote(path)).toBe("");
    expect(readLockNote(join(path, "below"))).toBe("");
    using _lock = takeLock(path);
    expect(readLockNote(path)).toBe("");
  });

  test("that cannot be read is an error", () => {
    expect(() => readLockNote(makeTestHome())).toThrow(LockError);
  });

  test("is one line of at most 4 KB", () => {
    using lock = takeLock(makeLockPath());
    expect(() => lock.writeNote("two\nlines")).toThrow(TypeError);
    expect(() => lock.writeNote("x".repeat(4096))).toThrow(TypeError);
  });

  test("is refused after the release, when the descriptor may be another file's", () => {
    const lock = takeLock(makeLockPath());
    lock.release();
    expect(() => lock.writeNote("late")).toThrow("is released");
  });
});
