import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Answer } from "./exchange.ts";
import type { Invocation } from "./invocation.ts";

/** No command that is bounded takes nearly as long, even on a machine that is busy with something else. */
const patienceMs = 30_000;

/** The command line in a process of its own, which answers one case after the other; made anew when it dies. */
export class Subject {
  readonly sandbox = mkdtempSync(join(tmpdir(), "kanbun-hostile-"));
  #child: Bun.Subprocess | null = null;
  #settle: ((answer: Answer | "ready" | null) => void) | null = null;

  async ask(invocation: Invocation): Promise<Answer> {
    if (this.#child === null) await this.#start();
    const answered = this.#next();
    this.#child?.send(invocation);
    const answer = await answered;
    if (answer !== null && answer !== "ready") return answer;
    await this.#end();
    return { code: null, stdout: "", stderr: "" };
  }

  /** What is in the sandbox that has no business there. */
  strays(): string[] {
    // `.kanbun` is what `init --user` makes.
    const expected = ["home", "work", "stdout", "stderr", ".kanbun"];
    const beside = readdirSync(this.sandbox).filter((name) => !expected.includes(name));
    return [...beside, ...readdirSync(join(this.sandbox, "work"))];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
    rmSync(this.sandbox, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const work = join(this.sandbox, "work");
    mkdirSync(work, { recursive: true });
    const streams = [
      openSync(join(this.sandbox, "stdout"), "a"),
      openSync(join(this.sandbox, "stderr"), "a"),
    ];
    const ready = this.#next();
    this.#child = Bun.spawn([process.execPath, join(import.meta.dir, "answering-program.ts"), this.sandbox], {
      cwd: work,
      stdio: ["ignore", streams[0] ?? 1, streams[1] ?? 2],
      serialization: "advanced",
      ipc: (message: Answer | "ready") => this.#settle?.(message),
      onExit: () => this.#settle?.(null),
    });
    for (const stream of streams) closeSync(stream);
    if ((await ready) === null) throw new Error("the answering program did not start");
  }

  /** null: it ended, or was silent for too long. */
  async #next(): Promise<Answer | "ready" | null> {
    const { promise, resolve } = Promise.withResolvers<Answer | "ready" | null>();
    this.#settle = resolve;
    const timer = setTimeout(() => resolve(null), patienceMs);
    return promise.finally(() => clearTimeout(timer));
  }

  async #end(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#settle = null;
    if (child === null) return;
    child.kill("SIGKILL");
    await child.exited;
  }
}
