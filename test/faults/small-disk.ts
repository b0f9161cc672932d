import {
  closeSync,
  mkdirSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { makeTestHome } from "../support/home.ts";

/** A disk of its own for a test, of a few megabytes of memory; unmounted when disposed of. */
export class SmallDisk implements Disposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** null where this user, or this container, may not mount one. */
  static tryMount(sizeBytes: number, inodes?: number): SmallDisk | null {
    if (process.platform !== "linux") return null;
    const folder = makeTestHome();
    const options = [`size=${sizeBytes}`, ...(inodes === undefined ? [] : [`nr_inodes=${inodes}`])];
    return run(["mount", "-t", "tmpfs", "-o", options.join(","), "tmpfs", folder])
      ? new SmallDisk(folder)
      : null;
  }

  /** Takes all the space there is, to the last page. */
  fill(): void {
    const descriptor = openSync(this.#ballast, "a");
    const [chunk, page] = [Buffer.alloc(64 * 1024, "x"), Buffer.alloc(4096, "x")];
    try {
      for (const piece of [chunk, page]) while (tryWrite(descriptor, piece));
    } finally {
      closeSync(descriptor);
    }
  }

  /** Makes files until there may be no more, but for `left`. */
  fillInodes(left: number): void {
    mkdirSync(this.#files);
    let count = 0;
    while (tryMake(join(this.#files, String(count)))) count += 1;
    for (let i = 0; i < left; i++) unlinkSync(join(this.#files, String(i)));
  }

  freeInodes(): void {
    rmSync(this.#files, { recursive: true });
  }

  /** Makes so much of what `fill` took free again. */
  giveBack(bytes: number): void {
    truncateSync(this.#ballast, statSync(this.#ballast).size - bytes);
  }

  free(): void {
    rmSync(this.#ballast);
  }

  /** @throws {Error} while a file on it is open for writing. */
  remount(mode: "ro" | "rw"): void {
    if (!run(["mount", "-o", `remount,${mode}`, this.folder])) throw new Error(`no remount to ${mode}`);
  }

  get #files(): string {
    return join(this.folder, "files");
  }

  get #ballast(): string {
    return join(this.folder, "ballast");
  }

  [Symbol.dispose](): void {
    run(["umount", "-l", this.folder]);
  }
}

/** Empty, or for a title: why tests with a disk of their own are skipped. */
export const noSmallDisk = canMount() ? "" : " (skipped: no tmpfs may be mounted here)";

function canMount(): boolean {
  using disk = SmallDisk.tryMount(65_536);
  return disk !== null;
}

function tryWrite(descriptor: number, bytes: Buffer): boolean {
  try {
    return writeSync(descriptor, bytes) === bytes.length;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw error;
  }
}

function tryMake(path: string): boolean {
  try {
    closeSync(openSync(path, "wx"));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return false;
    throw error;
  }
}

function run(command: string[]): boolean {
  return Bun.spawnSync(command, { stderr: "ignore" }).success;
}
