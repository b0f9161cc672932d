import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { makeTestHome } from "../support/home.ts";

/** A library that is put before the C library of a program and makes one of its writes or syncs fail with EIO. */
export class FailingDisk {
  readonly #folder = makeTestHome();
  #environments = 0;

  /** @throws {Error} when it cannot be built. */
  constructor() {
    const source = join(import.meta.dir, "failing-disk.c");
    const built = Bun.spawnSync(["cc", "-shared", "-fPIC", "-O1", "-o", this.#library, source, "-ldl"]);
    if (!built.success) throw new Error(`the failing disk was not built: ${built.stderr}`);
  }

  /**
   * For one program: its `call`-th write or sync of files whose path contains `path` fails, none for 0. `readCalls` tells
   * what such calls it made.
   */
  prepare(path: string, call: number) {
    const log = join(this.#folder, `calls-${++this.#environments}`);
    const env = { LD_PRELOAD: this.#library, FAIL_PATH: path, FAIL_AT: String(call), FAIL_LOG: log };
    const readCalls = () => (existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : []);
    return { env, readCalls };
  }

  get #library(): string {
    return join(this.#folder, "failing-disk.so");
  }
}

/** Empty, or for a title: why no disk can be made to fail here. */
export const noFailingDisk =
  process.platform === "linux" && Bun.which("cc") !== null ? "" : " (skipped: no C compiler, or not Linux)";
