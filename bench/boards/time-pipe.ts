import { constants, openSync } from "node:fs";
import { join } from "node:path";
import type { Bench } from "../bench.ts";
import { readLines } from "../read-lines.ts";

export interface Stamped {
  readonly words: readonly string[];
  /** By the clock of `nowMs`. */
  readonly atMs: number;
}

interface Waiting {
  readonly find: () => Stamped | undefined;
  readonly resolve: (line: Stamped) => void;
}

/** The clock of all stamps. */
export const nowMs = () => Bun.nanoseconds() / 1e6;

/**
 * A pipe into which workers write lines with nothing but built-ins, and which are stamped when they come out of it: a
 * worker that started a program to learn the time would be measured with that program.
 */
export class TimePipe {
  readonly path: string;
  readonly lines: Stamped[] = [];
  readonly #waiting = new Set<Waiting>();

  constructor(bench: Bench) {
    this.path = join(bench.makeMemoryFolder(), "pipe");
    if (Bun.spawnSync(["mkfifo", this.path]).exitCode !== 0) throw new Error("mkfifo failed");
    // For reading and writing: so that no one waits for the other side, and nothing ends when a worker does.
    const fd = openSync(this.path, constants.O_RDWR | constants.O_NONBLOCK);
    void this.#stampAll(Bun.file(fd).stream());
  }

  /** The line of shell that writes `words`; `$` is the worker's to fill in. */
  writing(words: string): string {
    return `echo "${words}" >'${this.path}'`;
  }

  /** The `count`th line that `isMeant`. @throws when it does not come within a minute. */
  async until(isMeant: (line: Stamped) => boolean, count = 1): Promise<Stamped> {
    const find = () => this.lines.filter(isMeant)[count - 1];
    const found = find();
    if (found !== undefined) return found;
    const { promise, resolve, reject } = Promise.withResolvers<Stamped>();
    this.#waiting.add({ find, resolve });
    const timer = setTimeout(() => reject(new Error("the workers said nothing for a minute")), 60_000);
    return promise.finally(() => clearTimeout(timer));
  }

  async #stampAll(stream: ReadableStream<Uint8Array>): Promise<void> {
    for await (const line of readLines(stream)) {
      this.lines.push({ words: line.split(" "), atMs: nowMs() });
      this.#tell();
    }
  }

  #tell(): void {
    for (const waiting of this.#waiting) {
      const found = waiting.find();
      if (found === undefined) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(found);
    }
  }
}
