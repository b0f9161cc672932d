import { accessSync, constants, lstatSync, type Stats, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { databaseFileOf, dispatchLockPathOf, placeOf } from "../store/place.ts";
import { boardPaths } from "../system/home/board-paths.ts";
import { ownAgainCommand } from "../system/home/own-again.ts";
import { systemErrorCode } from "../system/system-error.ts";
import { shellWord } from "../system/text/shell-word.ts";
import { type Check, CheckOf, listSome } from "./check.ts";
import type { DoctorContext } from "./context.ts";

/** Whether all that Kanbun itself writes in the home can be written by this user: nothing is another user's, read-only, or of another kind. */
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
  const faults = [
    ...folders.flatMap((path) => findFault(path, "folder")),
    ...files.flatMap((path) => findFault(path, "file")),
  ];
  if (faults.length === 0) return check.ok("all that Kanbun writes can be written");
  const names = new Set(faults.map(({ path, why }) => `${path} (${why})`));
  return check.problem(
    `ticks or workers may fail, since this user can't use: ${listSome([...names])}`,
    chooseFix(home, faults),
  );
}

interface Fault {
  readonly path: string;
  readonly why: string;
  readonly needs: "another file" | "another owner" | "other modes";
}

/** What is not there yet is made when it is needed; what is below another fault is named with that. */
function findFault(path: string, expected: "folder" | "file"): Fault[] {
  const { R_OK, W_OK, X_OK } = constants;
  let stats: Stats | undefined;
  try {
    stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return [];
    if (expected === "folder" && statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true)
      return [{ path, why: "it is no folder", needs: "another file" }];
    accessSync(path, expected === "folder" ? R_OK | W_OK | X_OK : R_OK | W_OK);
    return [];
  } catch (error) {
    if (stats === undefined) return [];
    const code = systemErrorCode(error);
    const isOwn = stats.uid === process.getuid?.();
    return [
      {
        path,
        why: `${code ?? (error as Error).message}, of user ${stats.uid}`,
        needs: code === "ELOOP" ? "another file" : isOwn ? "other modes" : "another owner",
      },
    ];
  }
}

/** A command for one kind of fault: a repaired home is looked at again. */
function chooseFix(home: string, faults: readonly Fault[]): string {
  const misplaced = faults.find(({ needs }) => needs === "another file")?.path;
  if (misplaced !== undefined) return `mv ${shellWord(misplaced)} ${shellWord(`${misplaced}.old`)}`;
  return ownAgainCommand(
    home,
    faults.every(({ needs }) => needs === "other modes"),
  );
}
