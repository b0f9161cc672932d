import { type Place, resolvePlace } from "../home/place.ts";
import { type OpenMode, openSession } from "../home/session.ts";
import type { CliContext } from "./command.ts";
import type { GlobalOptions } from "./input/global-options.ts";
import type { Output } from "./text/output.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The world of one command, from its environment to its exit code. */
export class Cli implements CliContext {
  readonly env: Environment;
  readonly output: Output;
  exitCode = 0;
  #options: GlobalOptions = { json: false };
  #place: Place | null = null;

  constructor(env: Environment, output: Output) {
    this.env = env;
    this.output = output;
  }

  get options(): GlobalOptions {
    return this.#options;
  }

  get place(): Place {
    this.#place ??= resolvePlace(this.#options, this.env);
    return this.#place;
  }

  /** The options have been read. @throws {BoardError} superseded for a worker that would change something too late */
  async begin(options: GlobalOptions, { changes }: { readonly changes: boolean }): Promise<void> {
    this.#options = options;
    this.output.setOptions(options);
    this.output.setChanges(changes);
    if (changes && this.env.KANBUN_TOKEN)
      await (await import("../home/own-run.ts")).requireRunIsOpen(this.env);
  }

  async open(mode: OpenMode, slug = this.place.board, { asActor = mode !== "read" } = {}) {
    const actor = asActor ? await this.#resolveActor() : { name: "", env: this.env };
    return openSession(this.place, slug, { mode, actor });
  }

  async #resolveActor() {
    const { resolveActor } = await import("../home/actor.ts");
    return resolveActor(this.#options, this.env);
  }

  setExitCode(code: number): void {
    this.exitCode = code;
  }
}
