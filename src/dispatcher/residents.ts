import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { probeProcess } from "../../native-shims/index.ts";
import { thisHost } from "./host.ts";

/** A dispatcher that stays. Any number of them may run: this list is for people, no rule asks it. */
export interface Resident {
  readonly pid: number;
  readonly startTime: string;
  readonly sinceMs: number;
  readonly boards: readonly string[];
}

/** Puts this process on the home's list of residents; the function takes it off again. */
export function registerResident(
  home: string,
  { boards, nowMs }: { boards: readonly string[]; nowMs: number },
): () => void {
  const folder = residentsFolder(home);
  const { pid, startTime } = thisHost().dispatcher ?? { pid: process.pid, startTime: "" };
  const path = join(folder, `${pid}.json`);
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of listNames(folder))
      if (readResident(join(folder, name)) === null) rmSync(join(folder, name), { force: true });
    writeFileSync(path, JSON.stringify({ pid, startTime, sinceMs: nowMs, boards }));
  } catch {
    // A full disk keeps nobody from dispatching: it is only not on the list.
  }
  return () => rmSync(path, { force: true });
}

/** The residents that live; one that was killed is none. */
export function listResidents(home: string): readonly Resident[] {
  const folder = residentsFolder(home);
  return listNames(folder).flatMap((name) => readResident(join(folder, name)) ?? []);
}

function residentsFolder(home: string): string {
  return join(home, "kanban", "residents");
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
  } catch {
    return [];
  }
}

function readResident(path: string): Resident | null {
  try {
    const { pid, startTime, sinceMs, boards } = JSON.parse(readFileSync(path, "utf8"));
    if (!Number.isInteger(pid) || !Array.isArray(boards)) return null;
    const resident = {
      pid,
      startTime: String(startTime),
      sinceMs: Number(sinceMs),
      boards: boards.map(String),
    };
    return probeProcess(resident) === "dead" ? null : resident;
  } catch {
    return null;
  }
}
