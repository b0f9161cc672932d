import { statSync } from "node:fs";
import { dirname } from "node:path";
import { dispatchLockPathOf, placeOf } from "../store/place.ts";
import { boardPaths } from "../system/home/board-paths.ts";
import { checkBoard } from "./board-checks.ts";
import { type Check, CheckOf } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import {
  checkClock,
  checkConfiguration,
  checkDescriptors,
  checkEngine,
  checkFileSystem,
  checkInodes,
  checkProcesses,
  checkSlots,
  checkSpace,
} from "./home-checks.ts";
import { checkHomeFiles } from "./home-files.ts";
import { findLockFault } from "./lock-trial.ts";
import { checkProcessRoom } from "./process-room.ts";
import { checkStores } from "./store-checks.ts";
import { checkTrees } from "./tree-check.ts";
import { checkWriteAccess } from "./write-access-check.ts";

/** Looks at the home and its boards, and changes no byte of them (I7). */
export async function examine(context: DoctorContext): Promise<readonly Check[]> {
  const folders = listDiskFolders(context);
  const checks = [
    checkEngine(context),
    checkFileSystem(context.home),
    ...folders.filter((one) => !one.isHome).map((one) => checkFileSystem(one.folder, one.slug)),
    checkSpace(context.home),
    checkInodes(context.home),
    checkHomeFiles(context),
    checkDescriptors(),
    checkProcessRoom(),
    checkTrees(),
    checkClock(context),
    ...(await checkConfiguration(context)),
    checkWriteAccess(context),
    ...(await checkStores(context)),
  ];
  for (const one of folders) checks.push(await checkLocks(context, one));
  checks.push(checkSlots(context));
  checks.push(await checkProcesses(context));
  for (const slug of context.boards)
    checks.push(...(await checkBoard(context, slug)).map((one) => pointToStore(one, checks)));
  if (context.boards.length === 0)
    checks.push(new CheckOf("boards").warning("there is no board in this home", context.initCommand));
  return checks;
}

/** What is wrong with a store is told once, and not for each of its boards. */
function pointToStore(one: Check, told: readonly Check[]): Check {
  const store = told.find(({ check, detail }) => check.startsWith("store:") && detail.startsWith(one.detail));
  return store === undefined ? one : { ...one, detail: `it can't be read: see ${store.check}` };
}

interface DiskFolder {
  readonly slug: string;
  readonly folder: string;
  readonly isHome: boolean;
}

/** A board for each disk that boards are on: as a rule all are on that of the home. */
function listDiskFolders({ home, boards }: DoctorContext): DiskFolder[] {
  const homeDisk = statSync(home, { throwIfNoEntry: false })?.dev;
  const byDisk = new Map<number, DiskFolder>();
  for (const slug of boards) {
    const folder = dirname(dispatchLockPathOf(placeOf(boardPaths(home, slug))));
    const disk = statSync(folder).dev;
    if (!byDisk.has(disk)) byDisk.set(disk, { slug, folder, isHome: disk === homeDisk });
  }
  return [...byDisk.values()];
}

async function checkLocks(context: DoctorContext, { folder, slug, isHome }: DiskFolder): Promise<Check> {
  const check = new CheckOf("lock", isHome ? null : slug);
  const { selfCommand, environment } = context;
  const command = [...selfCommand, "doctor", "--try-lock"];
  const fault = await findLockFault({ folder, command, environment });
  return fault === null
    ? check.ok("a second process was refused, and let in after release")
    : check.problem(fault);
}
