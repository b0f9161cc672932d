import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TickBoards } from "./boards/tick-boards.ts";

/** `full` is what the results are made of, `quick` a first look, `smoke` shows only that everything works. */
export type Scale = "full" | "quick" | "smoke";

/** One run of the bench: how large it is, where it works, and what must be undone at its end. */
export class Bench implements AsyncDisposable {
  readonly scale: Scale;
  readonly folder: string;
  /** Whether the packages that are compared with may be used. */
  readonly hasPeers: boolean;
  readonly tickBoards = new TickBoards(this);
  readonly #say: (text: string) => void;
  readonly #undo = new AsyncDisposableStack();
  #homes = 0;

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

  /** A fresh, empty folder. */
  makeFolder(): string {
    const folder = join(this.folder, String(++this.#homes));
    mkdirSync(folder);
    return folder;
  }

  /** Takes away what is not needed any more: a large board need not lie on the disk until the end. */
  removeFolder(folder: string): void {
    rmSync(folder, { recursive: true, force: true });
  }

  /** Progress, for whoever waits. */
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
