import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { readRegularFile } from "../files/regular-file.ts";
import { residentsFolder } from "./board-paths.ts";

/** What a dispatcher that stays has written about itself. It may have been killed since. */
export interface ResidentEntry {
  /** What its file is called, without the ending. */
  readonly name: string;
  readonly pid: number;
  readonly startTime: string;
  /** Machine and pid namespace in which `pid` means something, and which start of the machine. */
  readonly host: string;
  readonly bootId: string;
  readonly sinceMs: number;
  readonly boards: readonly string[];
  /** It works on every board of the home, also on those that are made later. */
  readonly isForAllBoards: boolean;
  /** Where it listens for nudges; null when it can't. */
  readonly address: string | null;
}

/** The residents of a home, the oldest first. Looks at no process, writes nothing. */
export function readResidentEntries(home: string): readonly ResidentEntry[] {
  return listFiles(home)
    .flatMap((path) => readEntry(path) ?? [])
    .sort((a, b) => a.sinceMs - b.sinceMs || a.pid - b.pid);
}

function listFiles(home: string): readonly string[] {
  const folder = residentsFolder(home);
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => join(folder, name));
  } catch {
    return []; // none has ever been here
  }
}

function readEntry(path: string): ResidentEntry | null {
  try {
    const entry = JSON.parse(readRegularFile(path));
    if (!Number.isInteger(entry.pid) || !Array.isArray(entry.boards)) return null;
    return {
      name: basename(path, ".json"),
      pid: entry.pid,
      startTime: String(entry.startTime),
      host: String(entry.host),
      bootId: String(entry.bootId),
      sinceMs: Number(entry.sinceMs),
      boards: entry.boards.map(String),
      isForAllBoards: entry.isForAllBoards === true,
      address: typeof entry.address === "string" ? entry.address : null,
    };
  } catch {
    return null; // half written, or none of ours
  }
}
