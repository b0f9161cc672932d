import { BoardError } from "../../board/error.ts";
import { isTerminal, writeStderr } from "../text/standard-streams.ts";
import { visibleText } from "../text/visible.ts";

/**
 * Asks a person before something is done that can't be undone; true: they typed "yes" or "y".
 * @throws {BoardError} usage where no one can be asked
 */
export async function confirm(question: string, { isJson }: { readonly isJson: boolean }): Promise<boolean> {
  if (isJson || !(await isTerminal(0)))
    throw new BoardError("usage", "no one can be asked here to confirm it", {
      hint: "repeat the command with --yes",
    });
  writeStderr(`${visibleText(question)} [y/N] `);
  // The terminal gives a line at a time. An end of input is no answer.
  for await (const line of console) return /^y(es)?$/i.test(line.trim());
  return false;
}
