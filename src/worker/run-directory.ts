import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { ProcessMark } from "../board/claim.ts";
import type { ExitRecord, StartFence } from "../board/sighting.ts";
import { inFolder } from "../system/files/in-folder.ts";
import { type LineRead, openForWriting, readLine, tryOpenFile } from "./run-file.ts";

/** The first line of `start`, by the process that won it: who they are, and for which run. Shims of before this was so have no last word. */
const givenUpLine = /^given up (\S+)\n/;
const shimLine = /^(\d+) (\d*) (\S+)(?: (root|leader))?\n/;
/** The first line of `exit`; behind it may be what is left of its room. Shims of before this was so end it without a token. */
const exitLine = /^(\d{1,10})(?: (signalled|cwd|worktree|lease|fork))?(?: (\S+))??( over)?\n *$/;
const logTailBytes = 2_048;
const logTailLines = 12;

/** Who won a run's start, and if it was the shim, which process it is (null while it is still writing that down). */
export interface RunStart {
  readonly fence: StartFence;
  readonly shim: ProcessMark | null;
  /** Of the run that the shim is of; null: no shim has won it. */
  readonly token: string | null;
  /** Whatever its worker leaves behind becomes the shim's own child. */
  readonly isRoot: boolean;
  /** It makes room for its `exit` before it starts anything. */
  readonly makesRoom: boolean;
  /** Why it can't be read, in words; null: it can. */
  readonly flaw: string | null;
}

/** What is in a run's `exit`. */
export interface RunEnd {
  /** The shim's last word; null as long as it is not there to its last character, and where it is another run's. */
  readonly exit: ExitRecord | null;
  /** When it was written, by the wall clock; null where there is none. */
  readonly atMs: number | null;
  /** When the shim ended, none of its processes was left. */
  readonly isOver: boolean;
  /** There is a file, be it without a word. */
  readonly hasRoom: boolean;
  /** Why it can't be read, in words; null: it can, or there is none. */
  readonly flaw: string | null;
}

/** What a dispatcher hands to a worker, and what it may find from it, beside the log. */
const handedFiles = [
  "body",
  "prompt.md",
  "context.md",
  "usage.json",
  "mcp.json",
  "mcp.mjs",
  "hooks.json",
  "agent.json",
] as const;

/** All that Kanbun ever puts into a run's folder. */
export const runFileNames: readonly string[] = ["start", "exit", "output.log", ...handedFiles, "body.cmd"];

/** `<board>/runs/<run id>/`: what is known of a run outside the board, written by its shim with built-ins alone. */
export class RunDirectory {
  readonly path: string;
  readonly #token: string | null;

  /**
   * A board that was restored from a copy counts its runs again: a folder whose start was won by a run of the same
   * number but with another token is left to that one, and this one gets a folder with its token in the name.
   * @param token null for a caller that only reads what is there under that number.
   * @param start what is in its `start`, for a caller that has read it already.
   */
  constructor(runsFolder: string, runId: number, token: string | null, start?: LineRead) {
    const path = join(runsFolder, String(runId));
    this.#token = token;
    const isOther = token !== null && isOfAnother(start === undefined ? readStart(path) : start, token);
    this.path = isOther ? `${path}-${token}` : path;
  }

  /** The folder of a run and who won its start, read once for both. */
  static look(
    runsFolder: string,
    runId: number,
    token: string,
  ): { readonly directory: RunDirectory; readonly start: RunStart } {
    const text = readStart(join(runsFolder, String(runId)));
    const directory = new RunDirectory(runsFolder, runId, token, text);
    return { directory, start: isOfAnother(text, token) ? directory.readStart() : parseStart(text) };
  }

  /** Who won the start of the run whose folder has this name. */
  static readStartIn(runsFolder: string, name: string): RunStart {
    return parseStart(readStart(join(runsFolder, name)));
  }

  get logPath(): string {
    return join(this.path, "output.log");
  }

  /** A file that the dispatcher hands to the worker, such as its prompt. */
  filePath(name: (typeof handedFiles)[number]): string {
    // By its ending `cmd` knows what it may run; to all others the name is nothing.
    return join(this.path, name === "body" && process.platform === "win32" ? "body.cmd" : name);
  }

  /** Makes the folder, readable by no one else; one that is there already is fine. */
  make(): void {
    try {
      inFolder(dirname(this.path), () => mkdirSync(this.path, { mode: 0o700 }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || !statSync(this.path).isDirectory())
        throw error;
    }
  }

  /** Who won the start by now. */
  readStart(): RunStart {
    return parseStart(readStart(this.path));
  }

  /**
   * Gives up on a run that has not started, by winning the very file that its shim must win before it starts
   * anything. True: it will never start. False: the shim was first.
   */
  tryGiveUpStart(): boolean {
    this.make();
    let fd: number;
    try {
      fd = openSync(
        join(this.path, "start"),
        constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY,
        0o600,
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      throw error;
    }
    try {
      writeSync(fd, `given up ${this.#token}\n`);
    } finally {
      closeSync(fd);
    }
    return true;
  }

  readEnd(): RunEnd {
    const path = join(this.path, "exit");
    const text = readLine(path);
    if (typeof text !== "string") return { ...noEnd, flaw: text?.flaw ?? null };
    const [, code, note, token, over] = exitLine.exec(text) ?? [];
    if (code === undefined) return { ...noEnd, hasRoom: text !== "" };
    if (this.#token !== null && token !== undefined && token !== this.#token) return noEnd;
    const exit = { code: Number(code), note: (note as ExitRecord["note"]) ?? null };
    const atMs = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? null;
    return { exit, atMs, isOver: over !== undefined, hasRoom: true, flaw: null };
  }

  /** False: someone has taken the whole folder away. */
  exists(): boolean {
    return lstatSync(this.path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  }

  /** Opens the log for appending, made if it is missing. @throws {Error} what is there is no file, or the system's error */
  openLog(): number {
    return openForWriting(this.logPath, constants.O_APPEND);
  }

  /** Writes a file for the worker, in place of what was there. @throws {Error} as `openLog` */
  writeFile(name: Parameters<RunDirectory["filePath"]>[0], text: string): void {
    const fd = openForWriting(this.filePath(name), constants.O_TRUNC);
    try {
      writeFileSync(fd, text);
    } finally {
      closeSync(fd);
    }
  }

  /** When something was last written to the log, by the wall clock; null where that can't be told. */
  readLogTimeMs(): number | null {
    const stats = lstatSync(this.logPath, { throwIfNoEntry: false });
    return stats?.isFile() === true ? stats.mtimeMs : null;
  }

  /** The log's last bytes, at most `bytesMax`, and how long it is; null where there is none that can be read, or nothing in it. */
  readLogEnd(bytesMax: number): { readonly sizeBytes: number; readonly tail: Uint8Array } | null {
    const fd = tryOpenFile(this.logPath);
    if (typeof fd !== "number") return null;
    try {
      const sizeBytes = fstatSync(fd).size;
      const tail = Buffer.alloc(Math.min(sizeBytes, bytesMax));
      const length = readSync(fd, tail, 0, tail.length, sizeBytes - tail.length);
      return length === 0 ? null : { sizeBytes, tail: tail.subarray(0, length) };
    } finally {
      closeSync(fd);
    }
  }

  /** The log's last lines, without escape sequences: at most 12 of them and 2 KiB; "" where there is none that can be read. */
  readLogTail(): string {
    const fd = tryOpenFile(this.logPath);
    if (typeof fd !== "number") return "";
    try {
      const buffer = Buffer.alloc(logTailBytes);
      const from = Math.max(0, fstatSync(fd).size - logTailBytes);
      const text = buffer.toString("utf8", 0, readSync(fd, buffer, 0, logTailBytes, from));
      return Bun.stripANSI(text).trimEnd().split("\n").slice(-logTailLines).join("\n");
    } finally {
      closeSync(fd);
    }
  }
}

const noEnd: RunEnd = { exit: null, atMs: null, isOver: false, hasRoom: false, flaw: null };
const open: RunStart = {
  fence: "open",
  shim: null,
  token: null,
  isRoot: false,
  makesRoom: false,
  flaw: null,
};
/** A won start that says nothing, or nothing that can be read. */
const nameless: RunStart = { ...open, fence: "won" };

function parseStart(text: LineRead): RunStart {
  if (text === null) return open;
  if (typeof text !== "string") return { ...nameless, flaw: text.flaw };
  if (givenUpLine.test(text)) return { ...open, fence: "given_up" };
  const [, pid, startTime = "", token = null, kind] = shimLine.exec(text) ?? [];
  if (pid === undefined) return nameless;
  const shim = { pid: Number(pid), startTime };
  return { ...nameless, shim, token, isRoot: kind === "root", makesRoom: kind !== undefined };
}

/** A start that is still being written says nothing yet: its writer is one of this run, or will be seen not to be. */
function isOfAnother(start: LineRead, token: string): boolean {
  if (typeof start !== "string") return false;
  const winner = givenUpLine.exec(start)?.[1] ?? shimLine.exec(start)?.[3];
  return winner !== undefined && winner !== token;
}

function readStart(path: string): LineRead {
  return readLine(join(path, "start"));
}
