import { errorDocument, successDocument } from "../../home/json-document.ts";
import type { GlobalOptions } from "../input/global-options.ts";
import type { CommandFailure } from "./command-failure.ts";
import { type Screen, screenFor } from "./screen.ts";
import { isTerminal, writeStderr, writeStdout } from "./standard-streams.ts";
import { typedCommand, typedCommandsIn } from "./typed-command.ts";
import { UnwrittenAnswer } from "./unwritten-answer.ts";
import { visibleAnswer, visibleLine, visibleText } from "./visible.ts";

/** How a command speaks: to people, or with `--json` in exactly one document, of a stream one per line. */
export class Output {
  #json: boolean;
  #screen: Screen | null = null;
  #hasAnswered = false;
  #given: Pick<GlobalOptions, "home" | "board"> = {};
  #changes = false;

  constructor(json: boolean) {
    this.#json = json;
  }

  get isJson(): boolean {
    return this.#json;
  }

  /** Once the options have been read it is certain what was asked for, and what every command that is suggested needs. */
  setOptions(options: GlobalOptions): void {
    this.#json = options.json;
    this.#given = options;
  }

  /** A command of ours that is suggested, as it must be typed to mean this home and board. */
  typed(command: string): string {
    return typedCommand(command, this.#given);
  }

  /** The same for all commands that a text about one board names. @param board if it is not the right one */
  typedText(text: string, board?: string): string {
    return typedCommandsIn(text, board === undefined ? this.#given : { board, ...this.#given });
  }

  /** Whether the command may have changed something by the time it answers. */
  setChanges(changes: boolean): void {
    this.#changes = changes;
  }

  /** Where text for people goes; for a text that is laid out differently on a terminal. */
  async screen(): Promise<Screen> {
    this.#screen ??= screenFor(await isTerminal(1));
    return this.#screen;
  }

  /**
   * The command's one answer: `data` with --json, else the text, which ends its lines itself and has made everything
   * visible that a user wrote. What it has left is spelled out here, all but our own colours and the ends of lines.
   * @param how.isRaw a text that a pipe gets to the byte
   * @throws {UnwrittenAnswer} when standard output takes none: what was done is done
   */
  async answer(
    data: unknown,
    text: (screen: Screen) => string,
    { isRaw = false }: { readonly isRaw?: boolean } = {},
  ): Promise<void> {
    if (this.#hasAnswered) throw new Error("a command answers once");
    this.#hasAnswered = true;
    const shown = this.#json ? "" : text(await this.screen());
    const answer = this.#json ? `${successDocument(data)}\n` : isRaw ? shown : visibleAnswer(shown);
    try {
      writeStdout(answer);
    } catch (error) {
      throw new UnwrittenAnswer(answer, { changes: this.#changes, cause: error as Error });
    }
  }

  /** One line of a stream, written at once. */
  async line(data: unknown, text: (screen: Screen) => string): Promise<void> {
    writeStdout(this.#json ? `${successDocument(data)}\n` : `${visibleAnswer(text(await this.screen()))}\n`);
  }

  /** A remark beside the answer, for people: a line each, whatever names and errors are in it. */
  note(...lines: readonly string[]): void {
    if (this.#json) return;
    writeStderr(lines.map((line) => `${visibleLine(typedCommandsIn(line, this.#given))}\n`).join(""));
  }

  fail(thrown: CommandFailure): void {
    const hint = thrown.hint === null ? null : typedCommandsIn(thrown.hint, this.#given);
    const failure = { ...thrown, hint };
    if (this.#json) this.#failInJson(failure);
    else {
      const next = hint === null ? "" : `  hint: ${visibleLine(hint)}\n`;
      const visible = failure.hasLines ? visibleText : visibleLine;
      writeStderr(`kanbun: ${visible(failure.message)}\n${next}`);
    }
    if (failure.stack !== null) writeStderr(`${visibleText(failure.stack)}\n`);
  }

  /** Where standard output takes nothing, the failure is told on standard error instead. */
  #failInJson(failure: CommandFailure): void {
    const document = `${errorDocument(failure)}\n`;
    try {
      writeStdout(document);
    } catch {
      // The failure to write is less than what it kept from being told.
      writeStderr(document);
    }
  }
}
