import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { identifyProcess, probeRoot } from "../../../native-shims/index.ts";
import { relateHosts } from "../../board/host.ts";
import { isOfOneMachine } from "../../system/files/file-system.ts";
import { residentsFolder } from "../../system/home/board-paths.ts";
import { type ResidentEntry, readResidentEntries } from "../../system/home/resident-entries.ts";
import { processName, thisHost } from "../host.ts";
import { isNudgeAddress } from "./nudge-address.ts";

/** A dispatcher that stays. Any number of them may run; the list says only who can be nudged. */
export interface Resident {
  readonly pid: number;
  readonly startTime: string;
  readonly sinceAtMs: number;
  readonly boards: readonly string[];
  /** Where it listens; null when it can't. */
  readonly address: string | null;
}

/** The residents that are at work here, the oldest first: none that was killed or is stopped. */
export function listResidents(home: string): readonly Resident[] {
  return listThoseThat("lives", home);
}

/** Those that a signal has stopped, as Ctrl-Z does: until they are told to go on, nothing comes of them. */
export function listStoppedResidents(home: string): readonly Resident[] {
  return listThoseThat("is stopped", home);
}

function listThoseThat(fate: Fate, home: string): readonly Resident[] {
  return readResidentEntries(home)
    .filter((entry) => fateOf(entry, home) === fate)
    .map(({ pid, startTime, sinceMs, boards, address }) => ({
      ...{ pid, startTime, boards, address },
      sinceAtMs: sinceMs,
    }));
}

/** This process on the home's list of residents. */
export class Residency {
  readonly #home: string;
  readonly #path: string;
  #entry: ResidentEntry;

  /** A full disk keeps no one from dispatching: this one is then only not on the list. */
  constructor(home: string, facts: Pick<ResidentEntry, "boards" | "isForAllBoards" | "address" | "sinceMs">) {
    const { host, bootId, dispatcher } = thisHost();
    const { pid, startTime } = dispatcher ?? { pid: process.pid, startTime: "" };
    this.#home = home;
    this.#path = join(residentsFolder(home), `${processName()}.json`);
    this.#entry = { name: processName(), pid, startTime, host, bootId, ...facts };
    try {
      mkdirSync(residentsFolder(home), { recursive: true, mode: 0o700 });
      removeLeftovers(home);
    } catch {
      // What can't be cleaned up stays: nothing rests on it.
    }
    this.#write();
  }

  /** Says which boards it works on now. */
  setBoards(boards: readonly string[]): void {
    this.#entry = { ...this.#entry, boards };
    this.#write();
  }

  /** The boards that living others work on and this one doesn't. */
  listBoardsOfOthers(): readonly string[] {
    const others = readResidentEntries(this.#home).filter((entry) => fateOf(entry, this.#home) !== "gone");
    const boards = new Set(others.flatMap((other) => other.boards));
    return [...boards].filter((board) => !this.#entry.boards.includes(board));
  }

  leave(): void {
    rmSync(this.#path, { force: true });
  }

  #write(): void {
    try {
      writeFileSync(`${this.#path}.new`, JSON.stringify(this.#entry), { mode: 0o600 });
      renameSync(`${this.#path}.new`, this.#path);
    } catch {
      // It is not listed then, and works all the same.
      rmSync(`${this.#path}.new`, { force: true });
    }
  }
}

type Fate = "lives" | "is stopped" | "gone" | "unknown";

/** Of one in another pid namespace, or on another machine that shares this home, nothing is known from here. */
function fateOf(entry: ResidentEntry, home: string): Fate {
  const relation = relateHosts(entry, thisHost());
  if (relation === "here") {
    const life = probeRoot(entry);
    return life === "dead" ? "gone" : life === "stopped" ? "is stopped" : "lives";
  }
  return relation === "maybe_earlier" && isOfOneMachine(home) ? "gone" : "unknown";
}

/** What killed residents left behind, as far as it is named as we name it and no one living can need it. */
function removeLeftovers(home: string): void {
  const folder = residentsFolder(home);
  const kept = new Set([processName()]);
  for (const entry of readResidentEntries(home)) {
    if (kept.has(entry.name)) continue;
    if (fateOf(entry, home) !== "gone") {
      kept.add(entry.name);
      continue;
    }
    rmSync(join(folder, `${entry.name}.json`), { force: true });
    if (entry.address !== null && isNudgeAddress(home, entry.address)) rmSync(entry.address, { force: true });
  }
  for (const file of readdirSync(folder)) {
    const [, name = "", pid] = /^((\d+)(?:-\d+)?)(?:\.run)?\.(?:sock|json|json\.new)$/.exec(file) ?? [];
    // A resident is here before its entry is: what a living process may be called is left alone.
    if (pid === undefined || kept.has(name) || identifyProcess(Number(pid)) !== null) continue;
    rmSync(join(folder, file), { force: true });
  }
}
