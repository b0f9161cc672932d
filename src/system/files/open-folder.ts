import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  type Stats,
  unlinkSync,
} from "node:fs";
import type { Folder } from "./folder.ts";

/** open(2): a handle of a folder that needs no right to look into it. The same number on all that Bun runs on. */
const handleOnly = 0x200000;

/**
 * A folder of Linux by its handle: what is done to a name in it is done in this very folder, wherever its own path leads
 * by then. Names are bytes: not all are UTF-8.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
 */
export class OpenFolder implements Folder {
  readonly #fd: number;
  readonly #stats: Stats;
  #mount: string | null = null;

  /** @throws the system's error: ENOTDIR also for a link, unless links may be followed. */
  constructor(path: string | Buffer, { followsLinks = false } = {}) {
    this.#fd = openSync(path, handleOnly | constants.O_DIRECTORY | (followsLinks ? 0 : constants.O_NOFOLLOW));
    this.#stats = fstatSync(this.#fd);
  }

  get stats(): Stats {
    return this.#stats;
  }

  /** The mount that it was reached by: another one also where a part of the same disk is mounted into itself. */
  get mount(): string {
    this.#mount ??=
      /^mnt_id:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${this.#fd}`, "utf8"))?.[1] ?? "";
    // Where the kernel does not tell, no folder is on the mount of another.
    return this.#mount === "" ? `unknown ${this.#fd}` : this.#mount;
  }

  names(): Buffer[] {
    return readdirSync(this.#self, { encoding: "buffer" });
  }

  open(name: Buffer): OpenFolder {
    return new OpenFolder(this.#at(name));
  }

  unlink(name: Buffer): void {
    unlinkSync(this.#at(name));
  }

  rmdir(name: Buffer): void {
    rmdirSync(this.#at(name));
  }

  makeWritable(): void {
    // Of others' folders the owner alone may say who writes; what can't go out of them is told by its own name.
    if (this.#stats.uid !== process.geteuid?.()) return;
    if ((this.#stats.mode & 0o700) !== 0o700) chmodSync(this.#self, (this.#stats.mode & 0o7777) | 0o700);
  }

  get #self(): string {
    return `/proc/self/fd/${this.#fd}`;
  }

  #at(name: Buffer): Buffer {
    return Buffer.concat([Buffer.from(`${this.#self}/`), name]);
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }
}
