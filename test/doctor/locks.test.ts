import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { type FileLock, tryLockFile } from "../../native-shims/index.ts";
import { DispatchLock } from "../../src/dispatcher/dispatch-lock.ts";
import { readLockState } from "../../src/doctor/lock-state.ts";
import { findLockFault } from "../../src/doctor/lock-trial.ts";
import { placeOf } from "../../src/store/place.ts";
import { boardPaths } from "../../src/system/home/board-paths.ts";
import { kanbunCommand } from "../support/board.ts";
import { makeTestHome } from "../support/home.ts";
import { startFixture } from "../support/processes.ts";
import { doctorOf, findTroubles, makeHome } from "./doctor-home.ts";

describe("the trial of the lock with a second process", () => {
  const command = [...kanbunCommand, "doctor", "--try-lock"];
  const environment = process.env;
  const standIn = (path: string): FileLock => ({ path, writeNote() {}, release() {}, [Symbol.dispose]() {} });

  test("finds no fault with a lock that holds, and leaves no file behind (W1)", async () => {
    const folder = makeTestHome();
    expect(await findLockFault({ folder, command, environment })).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("finds a lock that excludes nobody (W1)", async () => {
    const folder = makeTestHome();
    const tryLock = (path: string) => {
      tryLockFile(path)?.release();
      return standIn(path);
    };
    expect(await findLockFault({ folder, command, environment, tryLock })).toContain("flock excludes no one");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("finds a lock that stays after its release (W1)", async () => {
    const folder = makeTestHome();
    const kept: (FileLock | null)[] = [];
    const tryLock = (path: string) => {
      kept.push(tryLockFile(path));
      return standIn(path);
    };
    const fault = await findLockFault({ folder, command, environment, tryLock });
    expect(fault).toBe("a second process was refused after the lock had been released");
    kept[0]?.release();
  });

  test("finds a folder that has no room for a lock, and a second process that says nothing", async () => {
    const folder = join(makeTestHome(), "missing");
    expect(await findLockFault({ folder, command, environment })).toContain("ENOENT");
    const dumb = { folder: makeTestHome(), command: ["false"], environment };
    expect(await findLockFault(dumb)).toContain("could not try the lock");
  });
});

describe("the state of a dispatch lock", () => {
  test("is told without asking for the lock: free, and who ticked last", async () => {
    const { home, lockPath } = await makeHome();
    expect(readLockState(lockPath)).toEqual({ lockHolderPid: null, lastTick: null });
    new DispatchLock(placeOf(boardPaths(home, "default"))).try(() => 1_000)?.release();
    const { lockHolderPid, lastTick } = readLockState(lockPath);
    expect([lockHolderPid, lastTick]).toEqual([
      null,
      expect.objectContaining({ pid: process.pid, sinceAtMs: 1_000, untilAtMs: 1_000, isAlive: true }),
    ]);
  });

  test("names the holder, and a doctor wonders about one that has had it for long (W1)", async () => {
    const { home, lockPath } = await makeHome();
    const lock = new DispatchLock(placeOf(boardPaths(home, "default"))).try(() => Date.now() - 10_000);
    expect(readLockState(lockPath).lockHolderPid).toBe(process.pid);
    expect(await findTroubles(doctorOf(home))).toEqual({});
    lock?.writeNote(JSON.stringify({ pid: process.pid, host: "x", since_ms: Date.now() - 120_000 }));
    expect((await findTroubles(doctorOf(home))).lock_holder).toMatchObject({
      status: "warning",
      detail: `pid ${process.pid} has held it for over a minute: is it stopped?`,
    });
    lock?.release();
  });

  test.skipIf(process.platform !== "linux")("names a stranger that left no note", async () => {
    const { home, lockPath } = await makeHome();
    await using holder = await startFixture("hold-lock.ts", lockPath);
    expect(readLockState(lockPath)).toEqual({ lockHolderPid: holder.pid, lastTick: null });
    expect((await findTroubles(doctorOf(home))).lock_holder?.fix).toBe(`kill -CONT ${holder.pid}`);
  });
});
