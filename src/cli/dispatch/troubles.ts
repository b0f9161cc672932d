import type { CliContext } from "../input/command.ts";
import { commandFailure } from "../text/command-failure.ts";

/**
 * A resident lives on: what failed now (a full disk, a bad line of configuration) may be right by the next tick. Each
 * trouble is told once, until it is over or becomes another one.
 */
export class Troubles {
  readonly #cli: CliContext;
  readonly #told = new Map<string, string>();

  constructor(cli: CliContext) {
    this.#cli = cli;
  }

  tell(board: string, error: unknown): void {
    const failure = commandFailure(error, false);
    if (this.#told.get(board) === failure.message) return;
    this.#told.set(board, failure.message);
    this.#cli.output.fail({ ...failure, message: `${board}: ${failure.message}` });
  }

  end(board: string): void {
    this.#told.delete(board);
  }
}
