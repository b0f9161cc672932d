import {
  lstatSync,
  mkdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { inFolder } from "../../system/files/in-folder.ts";
import { readRegularFile } from "../../system/files/regular-file.ts";
import { type Remains, removeTree } from "../../system/files/remove-tree.ts";
import { systemErrorCode } from "../../system/system-error.ts";

export type { Remains };

/** The folder that a task's worker gets when it asks for none: made and marked by Kanbun, and removed when it is done. */
export class ScratchFolder {
  readonly path: string;
  /** Beside the workspaces, not inside: a mark that a worker could move along with a folder would prove nothing. */
  readonly #mark: string;

  /** @param workspaces the board's folder of scratch workspaces */
  constructor(workspaces: string, taskId: string) {
    this.path = join(workspaces, taskId);
    this.#mark = join(workspaces, ".kanbun-made", taskId);
  }

  /**
   * Makes the folder, or takes what is there. Whether it is Kanbun's own.
   * @throws the system's error
   */
  make(): boolean {
    if (lstatSync(this.path, { throwIfNoEntry: false }) !== undefined) return this.isOurs();
    // Marked before it has its name: a process that dies in between leaves no folder that is never removed.
    const draft = this.#draft;
    inFolder(dirname(draft), () => makeFolder(draft));
    this.#writeMark(identityAt(draft));
    renameSync(draft, this.path);
    return true;
  }

  /** Whether the folder that stands there is the very one that was made and marked. */
  isOurs(): boolean {
    const stats = lstatSync(this.path, { throwIfNoEntry: false });
    return stats?.isDirectory() === true && this.#readMark() === identityOf(this.path, stats);
  }

  get #draft(): string {
    return `${this.#mark}.new`;
  }

  /** Removes what someone who died while making it has left: an empty folder under a name of ours. */
  removeDraft(): void {
    try {
      rmdirSync(this.#draft);
    } catch (error) {
      // None, as nearly always; or what someone else put there, which stays.
      if (systemErrorCode(error) === null) throw error;
    }
  }

  /** Removes it, if it is ours; what is left, null when it is gone. */
  remove(): Remains | null {
    const marked = this.#readMark();
    const remains = removeTree(this.path, (stats) => marked === identityOf(this.path, stats));
    // Outside of the lock another dispatcher may be at the same: who comes second finds it gone.
    if (remains === null) rmSync(this.#mark, { force: true });
    return remains;
  }

  /** As what a link leads to: in most file systems that takes no block, and no write of its own. */
  #writeMark(identity: string): void {
    // One of an earlier folder may be there. If it is a link, it must not be written through.
    rmSync(this.#mark, { force: true });
    if (hasLinks) {
      try {
        symlinkSync(identity, this.#mark);
        return;
      } catch (error) {
        // There are file systems without links, which say so in these ways.
        if (!["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP"].includes(systemErrorCode(error) ?? "")) throw error;
      }
    }
    writeFileSync(this.#mark, identity, { mode: 0o600 });
  }

  /** null where there is none. */
  #readMark(): string | null {
    try {
      return readlinkSync(this.#mark);
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === "ENOENT") return null;
      // A file, as where there are no links.
      if (code !== "EINVAL" && hasLinks) throw error;
      return readMarkFile(this.#mark);
    }
  }
}

/** null: outside of the lock another dispatcher has removed it since it was looked at. */
function readMarkFile(path: string): string | null {
  try {
    return readRegularFile(path).trimEnd();
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
    return null;
  }
}

/**
 * Removes the scratch folder that the board names; what is left, null when it is gone. One that is named elsewhere than
 * where Kanbun makes them is left alone.
 */
export function removeScratch({
  path,
  taskId,
  workspaces,
}: {
  readonly path: string;
  readonly taskId: string;
  readonly workspaces: string;
}): Remains | null {
  const folder = new ScratchFolder(resolve(workspaces), taskId);
  if (resolve(path) === folder.path && dirname(folder.path) === resolve(workspaces)) return folder.remove();
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return null;
  return { count: 1, path, reason: "it is not where Kanbun makes such folders" };
}

/** On Windows only some may make one. */
const hasLinks = process.platform !== "win32";

/** One that is there was made by someone who died before it had its name. */
function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
  }
}

function identityAt(path: string): string {
  return identityOf(path, lstatSync(path));
}

/**
 * The folder itself, not its name: device, inode, and when it was born where the file system knows it. The numbers of
 * Windows are too long for a double, and say themselves how often they were given away.
 */
function identityOf(path: string, { dev, ino, birthtimeMs }: Stats): string {
  if (process.platform !== "win32") return `${dev} ${ino} ${birthtimeMs}`;
  const exact = lstatSync(path, { bigint: true });
  return `${exact.dev} ${exact.ino}`;
}
