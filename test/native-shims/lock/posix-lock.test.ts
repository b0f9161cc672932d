import { describe, expect, test } from "bun:test";
import { readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { FLOCK } from "../../../native-shims/constants.ts";
import type { LockError } from "../../../native-shims/index.ts";
import { type FlockLibrary, tryLockPosixFile } from "../../../native-shims/lock/posix-lock.ts";
import { makeTestHome } from "../../support/home.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";

/** A flock that answers with these errors one after the other, then always with success. */
function libraryOf(errors: number[], beforeLock: () => void = () => {}): FlockLibrary {
  let current = 0;
  return {
    EINTR: constants.errno.EINTR,
    EWOULDBLOCK: constants.errno.EWOULDBLOCK,
    errno: () => current,
    flock(_fd, operation) {
      if (operation === FLOCK.LOCK_UN) return 0;
      beforeLock();
      current = errors.shift() ?? 0;
      return current === 0 ? 0 : -1;
    },
  };
}

function thrownBy(action: () => unknown): LockError {
  try {
    action();
  } catch (error) {
    return error as LockError;
  }
  throw new Error("no error");
}

describe.skipIf(lacksOnWindows("flock"))("an flock that", () => {
  test("says EWOULDBLOCK means that somebody holds it", () => {
    const path = join(makeTestHome(), "board.lock");
    expect(tryLockPosixFile(libraryOf([constants.errno.EWOULDBLOCK]), path)).toBeNull();
  });

  test("is interrupted is asked again", () => {
    const path = join(makeTestHome(), "board.lock");
    const { EINTR } = constants.errno;
    tryLockPosixFile(libraryOf([EINTR, EINTR]), path)?.writeNote("ours");
    expect(readFileSync(path, "utf8").trimEnd()).toBe(" ours");
  });

  test("errs on this file system (W1) is an error with the system's own name for it", () => {
    const path = join(makeTestHome(), "board.lock");
    const { ENOLCK } = constants.errno;
    const error = thrownBy(() => tryLockPosixFile(libraryOf([ENOLCK]), path));
    expect(error).toMatchObject({ operation: "lock", path, code: ENOLCK, codeName: "ENOLCK" });
  });

  test("errs with a number without a name is an error with the number", () => {
    const path = join(makeTestHome(), "board.lock");
    const error = thrownBy(() => tryLockPosixFile(libraryOf([4711]), path));
    expect(error).toMatchObject({ operation: "lock", code: 4711, codeName: "errno 4711" });
  });
});

describe.skipIf(lacksOnWindows("flock"))("a lock file that, between its opening and its locking,", () => {
  test("is removed is made anew", () => {
    const path = join(makeTestHome(), "board.lock");
    let isRemoved = false;
    const library = libraryOf([], () => {
      if (!isRemoved) unlinkSync(path);
      isRemoved = true;
    });
    tryLockPosixFile(library, path)?.writeNote("on the file at the path");
    expect(readFileSync(path, "utf8").trimEnd()).toBe(" on the file at the path");
  });

  test("is replaced is given up for the one that stands there now", () => {
    const path = join(makeTestHome(), "board.lock");
    writeFileSync(`${path}.new`, " replaced\n");
    let isReplaced = false;
    const library = libraryOf([], () => {
      if (!isReplaced) renameSync(`${path}.new`, path);
      isReplaced = true;
    });
    tryLockPosixFile(library, path)?.writeNote("ours");
    expect(readFileSync(path, "utf8").trimEnd()).toBe(" ours");
  });

  test("is replaced each time ends in an error, not in a loop", () => {
    const path = join(makeTestHome(), "board.lock");
    const error = thrownBy(() =>
      tryLockPosixFile(
        libraryOf([], () => unlinkSync(path)),
        path,
      ),
    );
    expect(error).toMatchObject({ operation: "lock", codeName: "ESTALE" });
  });
});
