import type { Stats } from "node:fs";

/** A folder that is being emptied. Each method throws the system's error. */
export interface Folder extends Disposable {
  readonly stats: Stats;
  /** The mount that it was reached by. */
  readonly mount: string;
  names(): Buffer[];
  /** @throws ENOTDIR for a link. */
  open(name: Buffer): Folder;
  /** @throws EISDIR or EPERM for a folder. */
  unlink(name: Buffer): void;
  rmdir(name: Buffer): void;
  /** Lets its owner list and change what is in it, as Go's module cache and `chmod a-w` do not. */
  makeWritable(): void;
}
