import { afterEach, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LockError, tryLockFile } from "../../../native-shims/index.ts";
import { eventually } from "../../support/eventually.ts";
import { lacksOnWindows } from "../../windows/left-out.ts";
import { endChildren, startChild } from "../children.ts";
import { makeLockPath, openDescriptors, takeLock } from "./locks.ts";

afterEach(endChildren);

const isLinux = process.platform === "linux";
const codes =
  process.platform === "win32"
    ? {
        folder: "ERROR_ACCESS_DENIED",
        nothing: { codeName: "ERROR_PATH_NOT_FOUND", code: 3 },
        file: "ERROR_PATH_NOT_FOUND",
        denied: { codeName: "ERROR_ACCESS_DENIED", code: 5 },
      }
    : {
        folder: "EISDIR",
        nothing: { codeName: "ENOENT", code: 2 },
        file: "ENOTDIR",
        denied: { codeName: "EACCES", code: 13 },
      };

function errorOf(path: string): LockError {
  try {
    tryLockFile(path)?.release();
  } catch (error) {
    if (error instanceof LockError) return error;
    throw error;
  }
  throw new Error("no error");
}

describe("W1: a lock that cannot be asked for is an error, never a lock", () => {
  test("where a directory stands in its place", () => {
    const path = makeLockPath();
    mkdirSync(path);
    expect(errorOf(path)).toMatchObject({ operation: "open", path, codeName: codes.folder });
  });

  test("where the parent directory is missing", () => {
    const path = join(makeLockPath(), "below", "board.lock");
    expect(errorOf(path)).toMatchObject({ operation: "open", path, ...codes.nothing });
  });

  test("where the parent is a file", () => {
    const parent = makeLockPath();
    writeFileSync(parent, "");
    expect(errorOf(join(parent, "lock"))).toMatchObject({ operation: "open", codeName: codes.file });
  });

  test.skipIf(lacksOnWindows("links"))("where its symlinks run in circles", () => {
    const path = makeLockPath();
    symlinkSync(path, path);
    expect(errorOf(path)).toMatchObject({ operation: "open", codeName: "ELOOP" });
  });

  // Skipped for root, who may open anything.
  test.skipIf(process.getuid?.() === 0 || lacksOnWindows("permission bits"))("where we may not write", () => {
    const path = makeLockPath();
    writeFileSync(path, "");
    chmodSync(path, 0o400);
    expect(errorOf(path)).toMatchObject({ operation: "open", ...codes.denied });
  });

  // What even root may not open for writing: a program that runs.
  test.skipIf(lacksOnWindows("/proc") || !isLinux)("where nobody may write", async () => {
    const path = makeLockPath();
    await Bun.write(path, Bun.file(Bun.which("sleep") ?? ""));
    chmodSync(path, 0o700);
    const child = startChild([path, "60"]);
    await eventually("it runs", () => readlinkSync(`/proc/${child.pid}/exe`) === path);
    expect(errorOf(path)).toMatchObject({ operation: "open", codeName: "ETXTBSY" });
  });

  test("and says so in a sentence", () => {
    const path = makeLockPath();
    mkdirSync(path);
    expect(errorOf(path).message).toBe(`cannot open the lock file ${path}: ${codes.folder}`);
  });

  test.skipIf(lacksOnWindows("/proc") || !isLinux)("and leaves no descriptor open, refused or failed", () => {
    const path = makeLockPath();
    using _lock = takeLock(path);
    const before = openDescriptors().length;
    for (let i = 0; i < 20; i++) tryLockFile(path);
    for (let i = 0; i < 20; i++) errorOf(`${path}/below`);
    expect(openDescriptors().length).toBe(before);
  });
});
