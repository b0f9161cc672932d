import { rmSync } from "node:fs";
import { join } from "node:path";
import type { OwnPostgres } from "./postgres.ts";

const program = join(import.meta.dir, "door-program.ts");

/** A name that follows the primary: one address, behind which now this server is and now that. */
export class Door implements AsyncDisposable {
  readonly #at: string;
  #process: Bun.Subprocess<"ignore", "pipe"> | null = null;

  /** @param at the path of a socket, or an address with a port */
  constructor(at: string) {
    this.#at = at;
  }

  /** Whoever is connected is cut off. */
  async lead(to: OwnPostgres): Promise<void> {
    await this.close();
    const socket = join(to.place.host, ".s.PGSQL.5432");
    const opened = Bun.spawn([process.execPath, program, this.#at, socket], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "inherit",
    });
    this.#process = opened;
    const { done } = await opened.stdout.getReader().read();
    if (done) throw new Error(`the door at ${this.#at} can't be opened`);
  }

  /** No one comes in, as when the address belongs to no machine that is up. */
  async close(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.#process?.exited;
    this.#process = null;
    if (this.#at.startsWith("/")) rmSync(this.#at, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
