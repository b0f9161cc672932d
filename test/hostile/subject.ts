import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Answerer } from "../support/answering/answerer.ts";
import type { CommandAnswer } from "../support/answering/exchange.ts";
import { aFolder, aTask, type Invocation } from "./invocation.ts";
import { makeHome } from "./prey.ts";

/** No command that is bounded takes nearly as long, even on a machine that is busy with something else. */
const patienceMs = 30_000;

/** A board that many cases have written to is slow: it is made anew after so many. */
const casesPerHome = 400;

/** What an earlier case planted or wrote, and no later one should find. */
const passing = ["kanbun.toml", "kanban/current", "kanban/boards/default/board.json"];

const textMax = 400_000;

/** The command line in a process that answers one case after the other, on a home of its own; made anew when it dies. */
export class Subject {
  readonly #sandbox = mkdtempSync(join(tmpdir(), "kanbun-hostile-"));
  readonly #home = join(this.#sandbox, "home");
  readonly #work = join(this.#sandbox, "work");
  #answerer: Answerer | null = null;
  #ids: readonly string[] = [];
  #cases = 0;

  constructor() {
    mkdirSync(this.#work);
  }

  /** @returns null when it died, or was silent for too long */
  async ask({ args, env, files }: Invocation): Promise<CommandAnswer | null> {
    if (this.#cases++ % casesPerHome === 0) {
      rmSync(this.#home, { recursive: true, force: true });
      this.#ids = await makeHome(this.#home);
    }
    for (const { path, content } of files) this.#plant(path, content);
    const answer = await this.#answer({
      args: args.map((word, at) => this.#fillIn(word, args.length + at)),
      env: { HOME: this.#sandbox, KANBUN_HOME: this.#home, PATH: process.env.PATH ?? "", ...env },
      cwd: this.#work,
    });
    for (const name of passing) rmSync(join(this.#home, name), { force: true });
    return answer && { ...answer, stdout: cut(answer.stdout), stderr: cut(answer.stderr) };
  }

  /** What is in the sandbox that has no business there. */
  strays(): string[] {
    // `.kanbun` is what `init --user` makes.
    const beside = readdirSync(this.#sandbox).filter((name) => !["home", "work", ".kanbun"].includes(name));
    return [...beside, ...readdirSync(this.#work)];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#answerer?.end();
    rmSync(this.#sandbox, { recursive: true, force: true });
  }

  async #answer(request: Parameters<Answerer["ask"]>[0]): Promise<CommandAnswer | null> {
    this.#answerer ??= new Answerer();
    const silence = Promise.withResolvers<null>();
    const timer = setTimeout(() => silence.resolve(null), patienceMs);
    const answer = await Promise.race([this.#answerer.ask(request), silence.promise]);
    clearTimeout(timer);
    if (answer !== null) return answer;
    await this.#answerer.end();
    this.#answerer = null;
    return null;
  }

  #fillIn(word: string, at: number): string {
    const id = this.#ids[at % this.#ids.length] ?? "";
    return word.replaceAll(aTask, id).replaceAll(aFolder, join(this.#home, "folder"));
  }

  #plant(path: string, content: string): void {
    const planted = join(this.#home, path);
    mkdirSync(dirname(planted), { recursive: true });
    writeFileSync(planted, content);
  }
}

function cut(text: string): string {
  return text.slice(0, textMax);
}
