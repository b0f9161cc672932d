import { isAbsolute, join, resolve } from "node:path";
import { createExecutableResolver, type ResolvedExecutable } from "../../system/files/executable.ts";
import { ForeignMounts } from "../../system/files/foreign-mounts.ts";
import { SpawnError } from "./spawn-error.ts";

/** So long one tick, or one list of profiles, waits in all for mounts that don't answer: it holds the dispatch lock. */
const patienceMs = 1_000;

/**
 * Finds programs for one tick or one list, without ever looking itself where a look may wait forever (I12): a process of its own asks there
 * first, and is left behind if it gets no answer.
 */
export class ProgramSearch {
  readonly #resolve = createExecutableResolver();
  readonly #asked = new Map<string, Promise<boolean>>();
  #mounts: ForeignMounts | null = null;
  /** By `performance.now()`. */
  #untilMs: number | null = null;

  /** As `resolveExecutable`. @throws {SpawnError} when a folder that comes before it does not answer */
  async find(name: string, pathVariable: string | undefined, cwd: string): Promise<ResolvedExecutable> {
    const whole = () => this.#resolve(name, pathVariable, cwd);
    if (process.platform === "win32") return whole();
    if (name.includes("/")) {
      await this.requireAnswer(resolve(cwd, name));
      return whole();
    }
    const folders = (pathVariable ?? "").split(":");
    const looks = folders.map((folder) => (isAbsolute(folder) ? join(folder, name) : null));
    const foreign = looks.filter((path) => path !== null && this.#mayBeSilent(path));
    const [first] = foreign;
    if (first === undefined) return whole();
    const near = this.#resolve(name, folders.slice(0, looks.indexOf(first)).join(":"), cwd);
    if ("path" in near) return near;
    for (const path of foreign) if (path !== null) await this.requireAnswer(path);
    return whole();
  }

  /** The same for a caller that only tells of it: what does not answer is what is missing. */
  async tell(name: string, pathVariable: string | undefined, cwd: string): Promise<ResolvedExecutable> {
    try {
      await this.requireAnswer(cwd);
      return await this.find(name, pathVariable, cwd);
    } catch (error) {
      if (error instanceof SpawnError) return { error: error.message };
      throw error;
    }
  }

  /** Returns when a look at this path is answered at once. @throws {SpawnError} when it isn't */
  async requireAnswer(path: string): Promise<void> {
    if (!this.#mayBeSilent(path) || (await this.#ask(path))) return;
    throw new SpawnError(`${path} does not answer: is its disk or server still there?`, {
      again: "later",
    });
  }

  #mayBeSilent(path: string): boolean {
    this.#mounts ??= ForeignMounts.read();
    return this.#mounts.mayHold(path);
  }

  #ask(path: string): Promise<boolean> {
    let answer = this.#asked.get(path);
    if (answer === undefined) {
      this.#untilMs ??= performance.now() + patienceMs;
      answer = askFor(path, Math.max(0, this.#untilMs - performance.now()));
      this.#asked.set(path, answer);
    }
    return answer;
  }
}

async function askFor(path: string, withinMs: number): Promise<boolean> {
  const child = Bun.spawn(["/bin/sh", "-c", '[ -e "$1" ]; :', "kanbun-look", path], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  // It may be beyond all signals: this process must be able to end without it.
  child.unref();
  const hasAnswered = await Promise.race([
    child.exited.then(() => true),
    Bun.sleep(withinMs).then(() => false),
  ]);
  if (!hasAnswered) child.kill("SIGKILL");
  return hasAnswered;
}
