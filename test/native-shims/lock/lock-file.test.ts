import { afterEach, describe, expect, test } from "bun:test";
import { readdirSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LockFile, openLockFile, readLockNote, tryLockFile } from "../../../native-shims/index.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

const opened: LockFile[] = [];
afterEach(() => {
  for (const file of opened.splice(0)) file.close();
});

function open(path = join(makeTestHome(), "board.lock")): LockFile {
  const file = openLockFile(path);
  opened.push(file);
  return file;
}

describe("a lock file that stays open", () => {
  test("gives its lock once at a time, and again after the release", () => {
    const file = open();
    for (let round = 1; round <= 3; round++) {
      const lock = file.tryLock();
      expect(lock).not.toBeNull();
      expect(file.tryLock()).toBeNull();
      expect(tryLockFile(file.path)).toBeNull();
      lock?.release();
    }
  });

  test("excludes a second one of the same process, either way round", () => {
    const first = open();
    const second = open(first.path);
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const lock = one.tryLock();
      expect(other.tryLock()).toBeNull();
      lock?.release();
    }
  });

  test("keeps a lock that is held past its closing, until the release", () => {
    const file = open();
    const lock = file.tryLock();
    file.close();
    expect(tryLockFile(file.path)).toBeNull();
    lock?.release();
    tryLockFile(file.path)?.release();
    const again = file.tryLock();
    expect(again).not.toBeNull();
    again?.release();
  });

  test.skipIf(lacksOnWindows("removal of open files"))(
    "locks the file that stands at its path by then",
    () => {
      const file = open();
      file.tryLock()?.release();
      writeFileSync(`${file.path}.new`, "");
      renameSync(`${file.path}.new`, file.path);
      using stranger = tryLockFile(file.path);
      expect(stranger).not.toBeNull();
      expect(file.tryLock()).toBeNull();
      stranger?.release();
      unlinkSync(file.path);
      using lock = file.tryLock();
      lock?.writeNote("on the file at the path");
      expect(readLockNote(file.path)).toBe("on the file at the path");
    },
  );

  test.skipIf(lacksOnWindows("/proc") || process.platform !== "linux")(
    "holds one descriptor, and none when it is closed",
    () => {
      const count = () => readdirSync("/proc/self/fd").length;
      const before = count();
      const file = open();
      for (let round = 1; round <= 100; round++) file.tryLock()?.release();
      expect(count()).toBe(before + 1);
      file.close();
      expect(count()).toBe(before);
    },
  );
});
