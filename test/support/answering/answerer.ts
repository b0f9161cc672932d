import { closeSync, openSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { longLived } from "../short-lived.ts";
import { testRunPrefix } from "../test-run.ts";
import type { CommandAnswer, CommandRequest } from "./exchange.ts";

/**
 * The command line in a process that answers one command after the other, each for a tenth of what a process of its own
 * costs. It shares nothing with the test, and ends with whoever started it.
 */
export class Answerer {
  readonly #child: Bun.Subprocess;
  #resolve: ((answer: CommandAnswer | "ready" | null) => void) | null = null;
  readonly #ready: Promise<unknown>;

  constructor() {
    const streams = [namelessFile("stdout"), namelessFile("stderr")] as const;
    this.#ready = this.#next();
    this.#child = Bun.spawn([process.execPath, join(import.meta.dir, "answering-program.ts")], {
      cwd: "/",
      env: { ...process.env, ...longLived },
      stdio: ["ignore", ...streams],
      serialization: "advanced",
      ipc: (message: CommandAnswer | "ready") => this.#resolve?.(message),
      onExit: () => this.#resolve?.(null),
    });
    for (const stream of streams) closeSync(stream);
    this.#child.unref();
  }

  /** @returns null when the process ended before it had answered */
  async ask(request: CommandRequest): Promise<CommandAnswer | null> {
    // Bun does not sleep while a test waits for nothing that would keep the process: it would take a processor of its own.
    this.#child.ref();
    try {
      await this.#ready;
      const answered = this.#next();
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return null;
      this.#child.send(request);
      const answer = await answered;
      return answer === "ready" ? null : answer;
    } finally {
      this.#child.unref();
    }
  }

  async end(): Promise<void> {
    this.#resolve = null;
    this.#child.kill("SIGKILL");
    await this.#child.exited;
  }

  #next(): Promise<CommandAnswer | "ready" | null> {
    const { promise, resolve } = Promise.withResolvers<CommandAnswer | "ready" | null>();
    this.#resolve = resolve;
    return promise;
  }
}

/** Read and written by whoever has it open, and gone with them. */
function namelessFile(name: string): number {
  const path = join(tmpdir(), `${testRunPrefix}${name}.${crypto.randomUUID()}`);
  const descriptor = openSync(path, "ax+");
  unlinkSync(path);
  return descriptor;
}
