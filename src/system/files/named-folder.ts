import { chmodSync, lstatSync, readdirSync, rmdirSync, type Stats, statSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "../system-error.ts";
import type { Folder } from "./folder.ts";

/** What `OpenFolder` is on Linux, by path: for platforms on which nothing is mounted but whole disks. */
export class NamedFolder implements Folder {
  readonly stats: Stats;
  readonly #path: string;

  /** @throws the system's error: ENOTDIR also for a link, unless links may be followed. */
  constructor(path: string | Buffer, { followsLinks = false } = {}) {
    this.#path = path.toString();
    this.stats = (followsLinks ? statSync : lstatSync)(this.#path);
    if (!this.stats.isDirectory())
      throw Object.assign(new Error(`ENOTDIR: not a directory, '${this.#path}'`), { code: "ENOTDIR" });
  }

  get mount(): string {
    return String(this.stats.dev);
  }

  names(): Buffer[] {
    return readdirSync(this.#path, { encoding: "buffer" });
  }

  open(name: Buffer): NamedFolder {
    return new NamedFolder(this.#at(name));
  }

  unlink(name: Buffer): void {
    const path = this.#at(name);
    try {
      unlinkSync(path);
    } catch (error) {
      if (process.platform !== "win32") throw error;
      unlinkOnWindows(path, error);
    }
  }

  rmdir(name: Buffer): void {
    rmdirSync(this.#at(name));
  }

  makeWritable(): void {
    if ((this.stats.mode & 0o700) !== 0o700) chmodSync(this.#path, (this.stats.mode & 0o7777) | 0o700);
  }

  #at(name: Buffer): string {
    return join(this.#path, name.toString());
  }

  [Symbol.dispose](): void {}
}

/** A link to a folder is removed as a folder there; a file that is marked read-only, as git marks its objects, not at all. */
function unlinkOnWindows(path: string, refusal: unknown): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  if (stats.isSymbolicLink()) rmdirSync(path);
  else if (stats.isDirectory()) throw Object.assign(new Error(`EISDIR: '${path}'`), { code: "EISDIR" });
  else if ((stats.mode & 0o200) === 0 && systemErrorCode(refusal) !== "ENOENT") {
    chmodSync(path, 0o600);
    unlinkSync(path);
  } else throw refusal;
}
