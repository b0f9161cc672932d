import type { Command } from "commander";
import type { Home } from "../../home/session/home.ts";
import type { Place } from "../../home/session/place.ts";
import type { OpenMode, Session } from "../../home/session/session.ts";
import type { Output } from "../text/output.ts";

/** What a file in `commands/` exports. It is loaded only when its command is the one that was typed. */
export interface CommandModule {
  /**
   * Adds arguments, options, examples and the action to `command`, which has its name, its summary and the global
   * options already. The action answers once, with `cli.output.answer`, or streams; what it throws becomes the
   * error document and the exit code.
   */
  defineCommand(command: Command, cli: CliContext): void;
}

/** A command among all of them, to be told of. */
export interface KnownCommand {
  readonly name: string;
  /** As the help has it, with a colon. */
  readonly group: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** What a command is given of the world: inside its action, not before, for the options must have been read. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** Every command, in the order of the help. */
  readonly commands: readonly KnownCommand[];
  /** What was typed, as every face of a home has it. */
  readonly home: Home;
  /** Home and board that are used. Neither needs to exist. @throws {ConfigError} */
  readonly place: Place;
  /**
   * Opens the board that is used, or the one named `slug`. Use it with `await using`, which closes it in any case.
   * @throws {BoardError} not_found, with what to type, when there is no such board (mode `create` makes it)
   * @param how.asActor find out who asks though nothing is written
   */
  open(mode: OpenMode, slug?: string, how?: { readonly asActor?: boolean }): Promise<Session>;
  /** Opens the board for new tasks; where no one has named or made a home yet it makes one, and says so. */
  openForNew(): Promise<Session>;
  /** The same without opening it. */
  makeFirstHome(): Promise<void>;
  /** The process's exit code if nothing is thrown; 0 without a call. */
  setExitCode(code: number): void;
}

/** Shows `lines` as examples at the end of the command's help. */
export function addExamples(command: Command, ...lines: readonly string[]): void {
  command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}
