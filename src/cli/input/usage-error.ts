import type { Command, CommanderError } from "commander";
import { BoardError } from "../../board/error.ts";

/** What commander found wrong with the words that were typed, as an error like all others. */
export function explainUsageError(error: CommanderError, command: Command | null | undefined): BoardError {
  const name = command ? `kanbun ${command.name()}` : "kanbun";
  const seeHelp = `see \`${name} --help\``;
  // A command without its subcommand: commander would print the help, as an error without words.
  if (error.code === "commander.help") {
    const names = command?.commands.map((one) => one.name()).join(", ");
    return new BoardError("usage", `\`${name}\` needs one of ${names}`, { hint: seeHelp });
  }
  // Commander writes its suggestion on a line of its own, in brackets.
  const [message = "", ...rest] = error.message.replace(/^error: /, "").split("\n(Did you mean ");
  const suggestion = rest.map((text) => `did you mean \`${text.replace(/\?\)$/, "")}\`?`).join("");
  const isText = error.code === "commander.unknownOption" && /\s/.test(message.split("'", 2)[1] ?? "");
  const hint = isText ? "put -- before a text that begins with a dash" : suggestion || seeHelp;
  return new BoardError("usage", withOurQuotes(message), { hint });
}

/** Commander quotes with ', and all our own messages with ". */
function withOurQuotes(message: string): string {
  return message.replace(/(?<=^|\s)'([^'"]*)'(?=[\s.,]|$)/g, '"$1"');
}
