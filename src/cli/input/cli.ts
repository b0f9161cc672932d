import { Home } from "../../home/session/home.ts";
import type { Place } from "../../home/session/place.ts";
import type { OpenMode } from "../../home/session/session.ts";
import { hasBoard } from "../../system/home/board-paths.ts";
import type { Output } from "../text/output.ts";
import type { CliContext, KnownCommand } from "./command.ts";
import type { GlobalOptions } from "./global-options.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The world of one command, from its environment to its exit code. */
export class Cli implements CliContext {
  readonly env: Environment;
  readonly output: Output;
  exitCode = 0;
  readonly #listCommands: () => readonly KnownCommand[];
  #options: GlobalOptions = { json: false };
  #home: Home | null = null;

  constructor(env: Environment, output: Output, listCommands: () => readonly KnownCommand[]) {
    this.env = env;
    this.#listCommands = listCommands;
    this.output = output;
  }

  get commands(): readonly KnownCommand[] {
    return this.#listCommands();
  }

  get home(): Home {
    this.#home ??= new Home(this.#options, this.env);
    return this.#home;
  }

  get place(): Place {
    return this.home.place;
  }

  /** The options have been read. @throws {BoardError} superseded for a worker that would change something too late */
  async begin(options: GlobalOptions, { changes }: { readonly changes: boolean }): Promise<void> {
    this.#options = options;
    this.output.setOptions(options);
    this.output.setChanges(changes);
    if (changes) await this.home.requireMayChange();
  }

  open(mode: OpenMode, slug?: string, how?: { readonly asActor?: boolean }) {
    return this.home.open(mode, slug, how);
  }

  async openForNew() {
    if (this.place.board === "default" && !hasBoard(this.place.paths)) await this.makeFirstHome();
    return this.open("write");
  }

  setExitCode(code: number): void {
    this.exitCode = code;
  }

  async makeFirstHome(): Promise<void> {
    const { makeFirstHome } = await import("../../home/boards/first-home.ts");
    const made = await makeFirstHome(this.home);
    if (made !== null)
      this.output.note(`made a home for your tasks: ${made} (\`kanbun init\` makes one for a folder)`);
  }
}
