import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A library that is put before the C library of a program and makes one of its writes or syncs fail with EIO. */
export class FailingDisk implements Disposable {
  readonly #folder: string;
  #environments = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** null where there is no C compiler, or the platform puts no library before another. */
  static tryBuild(): FailingDisk | null {
    if (process.platform !== "linux" || Bun.which("cc") === null) return null;
    const disk = new FailingDisk(mkdtempSync(join(tmpdir(), "kanbun-failing-disk-")));
    const source = join(import.meta.dir, "failing-disk.c");
    const built = Bun.spawnSync(["cc", "-shared", "-fPIC", "-O1", "-o", disk.#library, source, "-ldl"]);
    if (built.success) return disk;
    disk[Symbol.dispose]();
    return null;
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

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
