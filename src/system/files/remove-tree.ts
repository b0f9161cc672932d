import type { Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { systemErrorCode } from "../system-error.ts";
import type { Folder } from "./folder.ts";
import { NamedFolder } from "./named-folder.ts";
import { OpenFolder } from "./open-folder.ts";

/** What could not be removed, and why; all that could be is gone. */
export interface Remains {
  /** How many files and folders stood in the way. */
  readonly count: number;
  /** The first of them. */
  readonly path: string;
  /** Why it is still there, to be read after its name. */
  readonly reason: string;
}

/** Each step down holds a file descriptor. */
const depthMax = 400;
const reasons: Readonly<Record<string, string>> = {
  EACCES: "it belongs to another user, or the folder that it is in may not be written to",
  EPERM: "it belongs to another user, or is protected from removal",
  EBUSY: "it is in use, or something is mounted there",
  EROFS: "its file system can only be read",
  ENOTDIR: "it is not a folder",
};

/**
 * Removes a folder and all that is in it: links themselves and not what they lead to, and also from folders that their
 * own owner may not write to. Stops at every other device or mount, and at what belongs to other users (I8).
 * @param isMeant whether this is the folder that is to go, asked of the very folder that is then emptied
 * @returns null when nothing is left of it, as where there was nothing
 */
export function removeTree(path: string, isMeant: (folder: Stats) => boolean = () => true): Remains | null {
  const removal = new TreeRemoval();
  removal.remove(resolve(path), isMeant);
  return removal.remains;
}

function open(path: string): Folder {
  const Opened = process.platform === "linux" ? OpenFolder : NamedFolder;
  return new Opened(path, { followsLinks: true });
}

class TreeRemoval {
  #obstacles = 0;
  #first: { readonly path: string; readonly reason: string } | null = null;

  get remains(): Remains | null {
    return this.#first && { count: this.#obstacles, ...this.#first };
  }

  remove(path: string, isMeant: (folder: Stats) => boolean): void {
    this.#attempt(path, () => {
      using parent = open(dirname(path));
      this.#removeFolder(Buffer.from(basename(path)), { parent, path, depth: 0, isMeant });
    });
  }

  #removeFolder(name: Buffer, place: Place): void {
    const { parent, path, depth } = place;
    const obstaclesBefore = this.#obstacles;
    {
      using folder = parent.open(name);
      const obstacle = findObstacle(folder, place);
      if (obstacle === null) this.#empty(folder, path, depth);
      else this.#note(path, obstacle);
    }
    if (this.#obstacles === obstaclesBefore) parent.rmdir(name);
  }

  #empty(folder: Folder, path: string, depth: number): void {
    folder.makeWritable();
    for (const name of folder.names()) {
      const itsPath = join(path, name.toString());
      this.#attempt(itsPath, () => {
        if (tryUnlink(folder, name)) return;
        this.#removeFolder(name, { parent: folder, path: itsPath, depth: depth + 1, isMeant: () => true });
      });
    }
  }

  /** What is in the way of one thing keeps nothing else from going; what someone else removed is gone. */
  #attempt(path: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === null) throw error;
      if (code !== "ENOENT") this.#note(path, reasons[code] ?? (error as Error).message);
    }
  }

  #note(path: string, reason: string): void {
    this.#obstacles += 1;
    this.#first ??= { path, reason };
  }
}

interface Place {
  readonly parent: Folder;
  /** For people: what is done goes by the folders themselves. */
  readonly path: string;
  readonly depth: number;
  readonly isMeant: (folder: Stats) => boolean;
}

function findObstacle(folder: Folder, { parent, depth, isMeant }: Place): string | null {
  if (!isMeant(folder.stats)) return "it is not the folder that was made there";
  if (folder.mount !== parent.mount || folder.stats.dev !== parent.stats.dev)
    return "something else is mounted there";
  return depth > depthMax ? "it lies too deep" : null;
}

/** False for a folder, which is not unlinked: Linux has EISDIR for that, others EPERM as for what is protected. */
function tryUnlink(folder: Folder, name: Buffer): boolean {
  try {
    folder.unlink(name);
    return true;
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EISDIR" || (code === "EPERM" && process.platform !== "linux")) return false;
    throw error;
  }
}
