import { accessSync, constants, statSync } from "node:fs";
import { dispatchLockPathOf, placeOf } from "../store/place.ts";
import { ConfigError } from "../system/config/config-error.ts";
import { readBoardMetadata } from "../system/home/board-metadata.ts";
import type { BoardPaths } from "../system/home/board-paths.ts";
import { systemErrorCode } from "../system/system-error.ts";
import { type Check, CheckOf } from "./check.ts";
import { type LockState, readLockState } from "./lock-state.ts";

/** A tick takes milliseconds. */
const heldLongMs = 60_000;

/** Whether a dispatcher can take the board's lock, and who has it. Takes none: a try could make a tick skip. */
export function checkLock(paths: BoardPaths, nowMs: number): Check {
  const check = new CheckOf("lock_holder", paths.slug);
  const path = dispatchLockPathOf(placeOf(paths));
  const obstacle = findLockObstacle(path);
  if (obstacle !== null) return check.problem(`no dispatcher can lock ${path}: it ${obstacle}`);
  const { lockHolderPid, lastTick } = readLockState(path);
  if (lockHolderPid !== null && (lastTick === null || nowMs - lastTick.sinceAtMs > heldLongMs))
    return check.warning(
      `pid ${lockHolderPid} has held it for over a minute: is it stopped?`,
      `kill -CONT ${lockHolderPid}`,
    );
  return check.ok(describeLastTick(lastTick));
}

/** What keeps every dispatcher of this user from taking a lock; null also where there is no file yet. */
function findLockObstacle(path: string): string | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return null;
  if (!stats.isFile()) return stats.isDirectory() ? "is a folder" : "is not a regular file";
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return null;
  } catch (error) {
    return `can't be written (${systemErrorCode(error)})`;
  }
}

/** Without it no worker of the board is started: its working directory is in there. */
export function checkMetadata(paths: BoardPaths): Check {
  const check = new CheckOf("metadata", paths.slug);
  try {
    return check.ok(readBoardMetadata(paths) === null ? "there is no board.json" : "board.json can be read");
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return check.problem(error.message);
  }
}

function describeLastTick(lastTick: LockState["lastTick"]): string {
  if (lastTick === null) return "the board has never been ticked";
  const state = { true: "still there", false: "gone", null: "of another host" }[`${lastTick.isAlive}`];
  return `last taken ${new Date(lastTick.sinceAtMs).toISOString()} by pid ${lastTick.pid} (${state})`;
}
