import { existsSync, readFileSync, statfsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import { findSlotsHolder, nameHolder } from "../dispatcher/tick/home-slots.ts";
import type { Profile } from "../system/config/config.ts";
import { judgeFileSystem, nearestExisting, readFileSystem } from "../system/files/file-system.ts";
import { ProgramSearch } from "../worker/spawn/program-search.ts";
import { checkPromptTemplate } from "../worker/spawn/prompt.ts";
import { SpawnError } from "../worker/spawn/spawn-error.ts";
import { type Check, CheckOf, listSome } from "./check.ts";
import type { DoctorContext } from "./context.ts";
import { findOrphanProcesses } from "./orphan-processes.ts";

const spaceMinBytes = 100 * 1_000_000;
/** A run takes up to eight: its folder, its files, its workspace. */
const filesMin = 1_000;
/** A tick opens every board of the home, a resident keeps them, and each worker needs pipes and files of its own. */
const descriptorsMin = 256;
/** Before Kanbun was made. */
const clockMinMs = Date.UTC(2025, 0, 1);

export function checkEngine({ database }: DoctorContext): Check {
  const check = new CheckOf("sqlite");
  const { version, versionMin, isSafe } = database.engine;
  if (isSafe) return check.ok(`SQLite ${version}`);
  return check.problem(`SQLite ${version} can corrupt boards: ${versionMin} or newer is needed`);
}

/** @param path where the home is, or one of its databases */
export function checkFileSystem(path: string, board: string | null = null): Check {
  const check = new CheckOf("file_system", board);
  const found = readFileSystem(path);
  if (found === null) return check.ok("this platform does not tell what file system it is");
  const judgement = judgeFileSystem(found);
  const what = `${found.kind} at ${found.mountPoint}`;
  if (judgement === null) return check.ok(what);
  return judgement.isSafe
    ? check.warning(`${what}: ${judgement.why}`)
    : check.problem(`${what}: ${judgement.why}`);
}

export function checkSpace(path: string): Check {
  const check = new CheckOf("disk_space");
  const { bavail, bsize } = statfsSync(nearestExisting(path));
  const free = `${Math.floor((bavail * bsize) / 1_000_000)} MB free`;
  return bavail * bsize < spaceMinBytes ? check.problem(`only ${free}`) : check.ok(free);
}

export function checkInodes(path: string): Check {
  const check = new CheckOf("inodes");
  const { files, ffree } = statfsSync(nearestExisting(path));
  if (files === 0) return check.ok("this file system holds as many files as fit");
  return ffree < filesMin
    ? check.problem(`room for only ${ffree} more files: the file system runs out of inodes`)
    : check.ok(`room for ${ffree} more files`);
}

export function checkDescriptors(): Check {
  const check = new CheckOf("file_descriptors");
  const max = readDescriptorsMax();
  if (max === null) return check.ok("this platform does not tell how many there may be");
  if (max >= descriptorsMin) return check.ok(`${max} files may be open at once`);
  return check.problem(`only ${max} files may be open at once`, `ulimit -n ${descriptorsMin}`);
}

export function checkClock({ clock }: DoctorContext): Check {
  const check = new CheckOf("clock");
  const now = new Date(clock.nowMs()).toISOString();
  return clock.nowMs() < clockMinMs ? check.problem(`the clock says ${now}: set it`) : check.ok(now);
}

/** The configuration, and each of its profiles. */
export async function checkConfiguration(context: DoctorContext): Promise<readonly Check[]> {
  const check = new CheckOf("configuration");
  const { path, profiles, fault } = context.loadConfig();
  if (fault !== null) return [check.problem(`nothing is started: ${fault.message}`)];
  const where = existsSync(path) ? path : "no kanbun.toml: the defaults apply";
  const programs = new ProgramSearch();
  const checks = [check.ok(where)];
  for (const profile of profiles.values()) checks.push(await checkProfile(profile, context, programs));
  return checks;
}

async function checkProfile(
  profile: Profile,
  { home, environment }: DoctorContext,
  programs: ProgramSearch,
): Promise<Check> {
  const check = new CheckOf(`profile:${profile.name}`);
  if (profile.fault !== null) return check.problem(`none of its tasks starts: ${profile.fault.message}`);
  const [program = ""] = profile.command;
  const isPath = program.includes("/") || (process.platform === "win32" && /[\\:]/.test(program));
  if (isPath && !isAbsolute(program) && profile.cwd === null)
    return check.warning(`${program} is looked for in each task's workspace, so it can't be checked here`);
  // As a worker will have it: Kanbun itself comes first.
  const path = [
    join(home, "kanban", "bin"),
    profile.env.PATH ?? environment.PATH ?? "/usr/local/bin:/usr/bin:/bin",
  ];
  const found = await programs.tell(
    program,
    path.join(process.platform === "win32" ? ";" : ":"),
    profile.cwd ?? home,
  );
  // Looked at only now: where its folder never answers, the search has said so.
  if ("path" in found && profile.cwd !== null && !existsSync(profile.cwd))
    return check.problem(`there is no folder ${profile.cwd}`);
  if ("error" in found) return check.problem(found.error);
  const flaw = findPromptFlaw(home, profile);
  return flaw === null ? check.ok(found.path) : check.problem(`none of its tasks starts: ${flaw}`);
}

function findPromptFlaw(home: string, { prompt }: Profile): string | null {
  try {
    if (prompt !== null) checkPromptTemplate(home, prompt);
    return null;
  } catch (error) {
    if (error instanceof SpawnError) return error.message;
    throw error;
  }
}

/** The lock that lets one board at a time count the home's slots: a process that is stopped while it has it stops all boards. */
export function checkSlots({ home, clock }: DoctorContext): Check {
  const check = new CheckOf("slots");
  const holder = findSlotsHolder(home, clock.nowMs());
  if (holder === null) return check.ok("free for every board");
  const since = new Date(holder.sinceAtMs).toISOString();
  return check.problem(
    `${nameHolder(holder)} has held the slots of the home since ${since}: no board starts anything`,
    `kill -CONT ${holder.pid}`,
  );
}

export async function checkProcesses(context: DoctorContext): Promise<Check> {
  const check = new CheckOf("processes");
  const unread: string[] = [];
  const orphans = await findOrphanProcesses(context.home, () => listLiveTokens(context, unread));
  if (orphans === null) return check.ok("this platform does not tell whose processes they are");
  if (unread.length > 0)
    return check.warning(`not looked at: the live runs of ${listSome(unread)} are not known`);
  if (orphans.length === 0) return check.ok("no process is left of a run that is over");
  const names = orphans.map((one) => `${one.pid} (run ${one.run} of ${one.task})`);
  return check.problem(
    `processes of ended runs: ${listSome(names)}`,
    `kill ${orphans.map((one) => one.pid).join(" ")}`,
  );
}

async function listLiveTokens(context: DoctorContext, unread: string[]): Promise<Set<string>> {
  const tokens = new Set<string>();
  for (const slug of context.allBoards) {
    try {
      await using store = await context.openBoard(slug, "read");
      for (const run of await store.listLiveRuns()) tokens.add(run.token);
    } catch {
      // Why, that board's own checks say.
      unread.push(slug);
    }
  }
  return tokens;
}

function readDescriptorsMax(): number | null {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(limits) ?? [];
    return soft === undefined ? null : soft === "unlimited" ? Number.POSITIVE_INFINITY : Number(soft);
  } catch {
    return null; // not Linux: the check says that it isn't told
  }
}
