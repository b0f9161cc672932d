import type { Command, CommanderError } from "commander";
import { BoardError } from "../../board/error.ts";
import { nearestName } from "../../system/text/nearest-name.ts";

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
  const hint = isText
    ? "put -- before a text that begins with a dash"
    : suggestion || nearestChoice(message) || seeHelp;
  return new BoardError("usage", withOurQuotes(message), { hint });
}

/** Of a value that is none of the allowed ones: the one that was probably meant; "" where none is close. */
function nearestChoice(message: string): string {
  const [, given = "", choices = ""] =
    /argument '([^']*)' is invalid\. Allowed choices are (.*)\.$/.exec(message) ?? [];
  const meant = choices === "" ? null : nearestName(given, choices.split(", "));
  return meant === null ? "" : `did you mean \`${meant}\`?`;
}

/** Commander quotes with ', and all our own messages with ". */
function withOurQuotes(message: string): string {
  return message.replace(/(?<=^|\s)'([^'"]*)'(?=[\s.,]|$)/g, '"$1"');
}
