import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";

/** `full` is what the results are made of, `quick` a first look, `smoke` shows only that everything works. */
export type Scale = "full" | "quick" | "smoke";

const memory = "/dev/shm";

/** One run of the bench: how large it is, where it works, and what must be undone at its end. */
export class Bench implements AsyncDisposable {
  readonly scale: Scale;
  readonly folder: string;
  /** Whether the packages that are compared with may be used. */
  readonly hasPeers: boolean;
  readonly #say: (text: string) => void;
  readonly #undo = new AsyncDisposableStack();
  #folders = 0;

  constructor(options: {
    readonly scale: Scale;
    /** Everything is written below it: its disk is the one that is measured. */
    readonly parent: string;
    readonly hasPeers: boolean;
    readonly say: (text: string) => void;
  }) {
    this.scale = options.scale;
    this.hasPeers = options.hasPeers;
    this.#say = options.say;
    mkdirSync(options.parent, { recursive: true });
    this.folder = mkdtempSync(join(options.parent, "run-"));
    this.#undo.defer(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** The value for the scale of this run. */
  pick<Value>(values: Readonly<Record<Scale, Value>>): Value {
    return values[this.scale];
  }

  /** A fresh, empty folder. It stays until the end: some file systems make new files slowly after many were removed. */
  makeFolder(): string {
    const folder = join(this.folder, String(++this.#folders));
    mkdirSync(folder);
    return folder;
  }

  /** A fresh, empty folder in memory where there is one, for files whose cost is no part of what is measured. */
  makeMemoryFolder(): string {
    if (!existsSync(memory)) return this.makeFolder();
    const folder = mkdtempSync(join(memory, "kanbun-bench-"));
    this.defer(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Progress, for a caller that waits. */
  say(text: string): void {
    this.#say(text);
  }

  /** Called at the end, the last first, also when the run fails or is interrupted. */
  defer(undo: () => void | Promise<void>): void {
    this.#undo.defer(undo);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#undo.disposeAsync();
  }
}
