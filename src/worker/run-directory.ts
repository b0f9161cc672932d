import { closeSync, constants, mkdirSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ProcessMark } from "../board/claim.ts";
import type { ExitRecord, StartFence } from "../board/supervision.ts";
import { inFolder } from "../system/in-folder.ts";

/** The first line of `start`, by whoever won it: who they are, and for which run. */
const givenUp = "given up";
const shimLine = /^(\d+) (\d*) \S+\n$/;
/** The one line of `exit`. Shims of before this was so end it without a token. */
const exitLine = /^(\d+)(?: (signalled|cwd|worktree))?(?: (\S+))?\n$/;
const logTailBytes = 2_048;
const logTailLines = 12;

/** Who won a run's start, and if it was the shim, which process it is (null while it is still writing that down). */
export interface RunStart {
  readonly fence: StartFence;
  readonly shim: ProcessMark | null;
}

/** `<board>/runs/<run id>/`: what is known of a run outside the board, written by its shim with built-ins alone. */
export class RunDirectory {
  readonly path: string;
  readonly #token: string | null;

  /**
   * A board that was restored from a copy counts its runs again: a folder whose start was won by a run of the same
   * number but with another token is left to that one, and this one gets a folder with its token in the name.
   * @param token null for whoever only reads what is there under that number.
   * @param start what stands in its `start`, for whoever has read it already.
   */
  constructor(runsFolder: string, runId: number, token: string | null, start?: string | null) {
    const path = join(runsFolder, String(runId));
    this.#token = token;
    const isOther = token !== null && isOfAnother(start === undefined ? readStartText(path) : start, token);
    this.path = isOther ? `${path}-${token}` : path;
  }

  /** The folder of a run and who won its start, read once for both. */
  static look(
    runsFolder: string,
    runId: number,
    token: string,
  ): { readonly directory: RunDirectory; readonly start: RunStart } {
    const text = readStartText(join(runsFolder, String(runId)));
    const directory = new RunDirectory(runsFolder, runId, token, text);
    return { directory, start: isOfAnother(text, token) ? directory.readStart() : parseStart(text) };
  }

  /**
   * The folder of a run that has ended, and how it did, from its exit alone: whoever did not win the start writes none,
   * but where the folder was taken away meanwhile. null where that does not tell; then the start does.
   */
  static tryLookAtEnd(
    runsFolder: string,
    runId: number,
    token: string,
  ): { readonly directory: RunDirectory; readonly exit: ExitRecord } | null {
    const directory = new RunDirectory(runsFolder, runId, token, null);
    const end = directory.#readExitLine();
    return end?.token === token ? { directory, exit: end.exit } : null;
  }

  get logPath(): string {
    return join(this.path, "output.log");
  }

  /** A file that the dispatcher hands to the worker, such as its prompt. */
  filePath(name: "body" | "prompt.md" | "context.md"): string {
    // By its ending `cmd` knows what it may run; to all others the name is nothing.
    return join(this.path, name === "body" && process.platform === "win32" ? "body.cmd" : name);
  }

  /** Makes the folder, readable by nobody else; one that is there already is fine. */
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
    return parseStart(readStartText(this.path));
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
      writeSync(fd, `${givenUp} ${this.#token}\n`);
    } finally {
      closeSync(fd);
    }
    return true;
  }

  /** The shim's last word; null as long as it is not there to its last character, and where it is another run's. */
  readExit(): ExitRecord | null {
    const end = this.#readExitLine();
    const isOther = this.#token !== null && end?.token !== undefined && end.token !== this.#token;
    return isOther ? null : (end?.exit ?? null);
  }

  #readExitLine(): { readonly exit: ExitRecord; readonly token: string | undefined } | null {
    const [, code, note, token] = exitLine.exec(readText(join(this.path, "exit")) ?? "") ?? [];
    if (code === undefined) return null;
    return { exit: { code: Number(code), note: (note as ExitRecord["note"]) ?? null }, token };
  }

  /** The log's last lines, without escape sequences: at most 12 of them and 2 KiB; "" where there is none. */
  readLogTail(): string {
    let fd: number;
    try {
      fd = openSync(this.logPath, "r");
    } catch {
      return "";
    }
    try {
      const buffer = Buffer.alloc(logTailBytes);
      const from = Math.max(0, statSync(this.logPath).size - logTailBytes);
      const text = buffer.toString("utf8", 0, readSync(fd, buffer, 0, logTailBytes, from));
      return Bun.stripANSI(text).trimEnd().split("\n").slice(-logTailLines).join("\n");
    } finally {
      closeSync(fd);
    }
  }
}

function parseStart(text: string | null): RunStart {
  if (text === null) return { fence: "open", shim: null };
  if (text.startsWith(givenUp)) return { fence: "given_up", shim: null };
  const [, pid, startTime = ""] = shimLine.exec(text) ?? [];
  return { fence: "won", shim: pid === undefined ? null : { pid: Number(pid), startTime } };
}

/** A start that is still being written says nothing yet: its writer is one of this run, or will be seen not to be. */
function isOfAnother(start: string | null, token: string): boolean {
  return start?.endsWith("\n") === true && !start.endsWith(` ${token}\n`);
}

function readStartText(path: string): string | null {
  return readText(join(path, "start"));
}

// What shims and dispatchers write is one short line: what is longer is none of theirs, and its head shows it.
const buffer = Buffer.allocUnsafe(1024);

function readText(path: string): string | null {
  try {
    const fd = openSync(path, "r");
    try {
      return buffer.toString("utf8", 0, readSync(fd, buffer, 0, buffer.length, null));
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    // A folder in the file's place, or a file in the folder's, is nothing that a shim wrote.
    if (["ENOENT", "ENOTDIR", "EISDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return null;
    throw error;
  }
}
