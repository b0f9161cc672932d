import { afterEach, describe, expect, test } from "bun:test";
import { readFileSync, readlinkSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { lockSupport, tryLockFile } from "../../../native-shims/index.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";
import { type Child, endChildren, endLater, readLines, startFixture } from "../children.ts";
import { makeLockPath, openDescriptors, takeLock } from "./locks.ts";

afterEach(endChildren);

const isLinux = process.platform === "linux";
const hasPython = !lacksOnWindows("programs of Linux") && Bun.which("python3") !== null;

async function startHolder(path: string): Promise<Child> {
  const holder = startFixture("lock-holder.ts", [path]);
  expect(await readLines(holder)).toEqual(["held"]);
  return holder;
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return "";
  }
}

describe("a file lock", () => {
  test("is one of the kernel's", () => {
    expect(lockSupport()).toBe("kernel");
  });

  test("that nobody holds is taken, and its file made for the owner alone", () => {
    const path = makeLockPath();
    using lock = takeLock(path);
    expect(lock.path).toBe(path);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("held by another process is refused", async () => {
    const path = makeLockPath();
    await startHolder(path);
    expect(tryLockFile(path)).toBeNull();
  });

  test("held by this process is refused to another process", async () => {
    const path = makeLockPath();
    using _lock = takeLock(path);
    expect(await readLines(startFixture("lock-holder.ts", [path]))).toEqual(["refused"]);
  });

  test("held by this process is refused to this process", () => {
    const path = makeLockPath();
    using _lock = takeLock(path);
    expect(tryLockFile(path)).toBeNull();
  });

  test("that is refused leaves the holder's lock alone", () => {
    const path = makeLockPath();
    using _lock = takeLock(path);
    for (let i = 0; i < 10; i++) expect(tryLockFile(path)).toBeNull();
  });

  test("is free at once when it is released", () => {
    const path = makeLockPath();
    for (let i = 0; i < 10; i++) takeLock(path).release();
  });

  test("is released once, however often it is asked", () => {
    const path = makeLockPath();
    const first = takeLock(path);
    first.release();
    using _second = takeLock(path);
    first.release();
    first[Symbol.dispose]();
    expect(tryLockFile(path)).toBeNull();
  });

  test("is free when its holder is killed", async () => {
    const path = makeLockPath();
    const holder = await startHolder(path);
    holder.kill("SIGKILL");
    await holder.exited;
    takeLock(path).release();
  });

  test.skipIf(lacksOnWindows("links"))("is reached through a symlink", () => {
    const path = makeLockPath();
    symlinkSync(path, `${path}.link`);
    using _lock = takeLock(`${path}.link`);
    expect(tryLockFile(path)).toBeNull();
  });
});

describe("a child that is started while the lock is held", () => {
  // Between fork and exec a child shares our open file description: without LOCK_UN the next attempt fails now and then.
  for (const detached of [false, true]) {
    test(`does not keep it beyond its release, detached: ${detached}`, () => {
      const path = makeLockPath();
      for (let i = 0; i < 40; i++) {
        const lock = takeLock(path);
        Bun.spawn(["true"], { detached, stdio: ["ignore", "ignore", "ignore"] });
        lock.release();
        takeLock(path).release();
      }
    });
  }

  test("does not keep it when the holder is killed", async () => {
    const path = makeLockPath();
    const holder = startFixture("lock-holder.ts", [path, "and-a-child"]);
    const [childPid, word] = await readLines(holder, 2);
    endLater(Number(childPid));
    expect(word).toBe("held");
    holder.kill("SIGKILL");
    await holder.exited;
    takeLock(path).release();
  });

  test.skipIf(lacksOnWindows("/proc") || !isLinux)("does not inherit it, whoever starts it", () => {
    const path = makeLockPath();
    using _lock = takeLock(path);
    const fd = openDescriptors().find((candidate) => linkOf(candidate) === path);
    const [, flags] = readFileSync(`/proc/self/fdinfo/${fd}`, "utf8").match(/flags:\s+(\d+)/) ?? [];
    const O_CLOEXEC = 0o2000000;
    expect(Number.parseInt(flags ?? "0", 8) & O_CLOEXEC).toBe(O_CLOEXEC);
  });
});

// Skipped where there is no python3: nothing else on a plain system takes a flock and then waits for us.
describe.skipIf(!hasPython)("a program of another make", () => {
  test("that holds the lock keeps us out until it ends", async () => {
    const path = makeLockPath();
    const stranger = startFixture("lock-by-flock.py", [path]);
    expect(await readLines(stranger)).toEqual(["held"]);
    expect(tryLockFile(path)).toBeNull();
    stranger.stdin.end();
    await stranger.exited;
    takeLock(path).release();
  });

  test("is kept out by us", async () => {
    const path = makeLockPath();
    using _lock = takeLock(path);
    expect(await readLines(startFixture("lock-by-flock.py", [path]))).toEqual(["refused"]);
  });
});

describe("a lock file that is removed while it is held", () => {
  test.skipIf(lacksOnWindows("removal of open files"))(
    "makes way for a new one, which is locked instead",
    () => {
      const path = makeLockPath();
      using _stale = takeLock(path);
      unlinkSync(path);
      using _lock = takeLock(path);
      expect(tryLockFile(path)).toBeNull();
      expect(statSync(path).isFile()).toBe(true);
    },
  );
});
