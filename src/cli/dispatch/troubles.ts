import type { CliContext } from "../input/command.ts";
import { commandFailure } from "../text/command-failure.ts";
import type { Show } from "./show.ts";

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

  /** @param show the screen that it is said on, where there is one */
  tell(board: string, error: unknown, show: Show | null = null): void {
    const failure = commandFailure(error, false);
    if (this.#told.get(board) === failure.message) return;
    this.#told.set(board, failure.message);
    const message = `${board}: ${failure.message}`;
    if (!show?.trouble(message)) this.#cli.output.fail({ ...failure, message });
  }

  end(board: string): void {
    this.#told.delete(board);
  }
}
