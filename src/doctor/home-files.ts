import { accessSync, constants, lstatSync } from "node:fs";
import { dirname, join } from "node:path";
import { databaseFileOf, dispatchLockPathOf, placeOf } from "../store/place.ts";
import { boardPaths } from "../system/home/board-paths.ts";
import { ownAgainCommand } from "../system/home/own-again.ts";
import { systemErrorCode } from "../system/system-error.ts";
import { type Check, CheckOf, listSome } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Whether all that Kanbun itself writes in the home can be written by this user: nothing is another user's, or read-only. */
export function checkHomeFiles({ home, allBoards }: DoctorContext): Check {
  const check = new CheckOf("home_files");
  const folders = [home, join(home, "kanban"), join(home, "kanban", "bin")];
  const files = [join(home, "kanban", "kanbun.slots.lock"), join(home, "kanban", "bin", "kanbun")];
  for (const slug of allBoards) {
    const paths = boardPaths(home, slug);
    const lock = dispatchLockPathOf(placeOf(paths));
    folders.push(dirname(lock), paths.runs, paths.workspaces, join(paths.workspaces, ".kanbun-made"));
    files.push(lock);
    const database = databaseFileOf(placeOf(paths));
    if (database !== null)
      files.push(...["", "-wal", "-shm", ".init.lock"].map((suffix) => database + suffix));
  }
  const { R_OK, W_OK, X_OK } = constants;
  const unusable = [
    ...folders.flatMap((path) => findFault(path, R_OK | W_OK | X_OK)),
    ...files.flatMap((path) => findFault(path, R_OK | W_OK)),
  ];
  if (unusable.length === 0) return check.ok("all that Kanbun writes can be written");
  const areOwn = unusable.every(({ isOwn }) => isOwn);
  return check.problem(
    `ticks or workers may fail, since this user can't use: ${listSome([...new Set(unusable.map(({ what }) => what))])}`,
    ownAgainCommand(home, areOwn),
  );
}

/** What is not there yet is made when it is needed. */
function findFault(path: string, mode: number): { readonly what: string; readonly isOwn: boolean }[] {
  let owner = "";
  // Where that can't be told, the folder above is at fault, and is named as well.
  let isOwn = true;
  try {
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    owner = `, of user ${stats.uid}`;
    isOwn = stats.uid === process.getuid?.();
    accessSync(path, mode);
    return [];
  } catch (error) {
    const why = systemErrorCode(error);
    return [
      { what: `${path} (${why ?? (error as Error).message}${owner})`, isOwn: isOwn && why === "EACCES" },
    ];
  }
}
