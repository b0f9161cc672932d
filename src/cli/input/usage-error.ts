import type { Command, CommanderError } from "commander";
import { BoardError } from "../../board/error.ts";
import { nearestName } from "../../system/text/nearest-name.ts";
import { shellWord } from "../../system/text/shell-word.ts";
import { meantOption, remarkOnOption } from "./option-words.ts";

/** Commands that take one text, which in a shell is one word only within quotes. */
const textCommands: readonly string[] = ["run", "create", "search", "specify"];

/** Of a task, where a command takes none: the one that tells of a task, or changes it. */
const commandsOfTask: ReadonlyMap<string, string> = new Map(
  Object.entries({
    status: "show",
    stats: "runs",
    top: "show",
    watch: "log --follow",
    pause: "schedule",
  }).concat(Object.entries({ resume: "promote", dispatch: "explain", list: "show" })),
);

/** What commander found wrong with the words that were typed, as an error like all others. @param command null: kanbun itself */
export function explainUsageError(error: CommanderError, command: Command | null | undefined): BoardError {
  const name = command ? `kanbun ${command.name()}` : "kanbun";
  const seeHelp = `see \`${name} --help\``;
  // A command without its subcommand: commander would print the help, as an error without words.
  if (error.code === "commander.help") {
    const names = command?.commands.map((one) => one.name()).join(", ");
    return new BoardError("usage", `\`${name}\` needs one of ${names}`, { hint: seeHelp });
  }
  // Commander writes its suggestion on a line of its own, in brackets.
  const [message = "", suggested = null] = error.message.replace(/^error: /, "").split("\n(Did you mean ");
  const hint = command ? hintOf(error.code, message, innermost(command)) : null;
  const other = suggested === null ? null : didYouMean(suggested.replace(/\?\)$/, ""));
  const isOption = error.code === "commander.unknownOption";
  const words = command && error.code === "commander.missingArgument" ? tasksAndMore(command) : null;
  if (words !== null)
    return new BoardError("usage", 'missing required argument "task"', { hint: `give ${words}` });
  return new BoardError("usage", withOurQuotes(message), {
    hint: hint ?? (isOption && command ? null : other) ?? seeHelp,
  });
}

/** null: none of ours. */
function hintOf(code: string, message: string, command: Command): string | null {
  const [, quoted = ""] = message.split("'", 2);
  if (code === "commander.unknownOption") return hintOfOption(quoted, command);
  if (code === "commander.excessArguments") return hintOfExcess(command);
  if (code === "commander.missingArgument" && quoted === "task")
    return "give the id of a task: `kanbun list` shows them";
  return nearestChoice(message);
}

/** What a command takes that is given task ids and something behind them, in the words of its help; null: it is no such one. */
function tasksAndMore(command: Command): string | null {
  const [first] = command.registeredArguments;
  return first?.name() === "words" && first.description.startsWith("task ids") ? first.description : null;
}

function hintOfOption(option: string, command: Command): string | null {
  if (/\s/.test(option)) return "put -- before a text that begins with a dash";
  // An option of the command that is to be run.
  if (command.name() === "run" && command.args[0] !== option) return inQuotes(command);
  const remark = remarkOnOption(option, command);
  if (remark !== null) return remark;
  const meant = meantOption(option, command);
  return meant === null ? null : didYouMean(meant);
}

function hintOfExcess(command: Command): string | null {
  const { args } = command;
  if (textCommands.includes(command.name())) return inQuotes(command);
  const verb = commandsOfTask.get(command.name());
  const isOfTask = args.length === 1 && /^t_[0-9a-f]{3,}$/.test(args[0] ?? "");
  return verb !== undefined && isOfTask ? didYouMean(["kanbun", verb, args[0]].join(" ")) : null;
}

function inQuotes(command: Command): string {
  const typed = ["kanbun", command.name(), shellWord(command.args.join(" "))].join(" ");
  return `put the text in quotes: \`${typed}\``;
}

/** The subcommand that was typed, if there is one. */
function innermost(command: Command): Command {
  return command.commands.find((one) => one.name() === command.args[0]) ?? command;
}

function didYouMean(words: string): string {
  return `did you mean \`${words}\`?`;
}

/** Of a value that is none of the allowed ones: the one that was probably meant; null where none is close. */
function nearestChoice(message: string): string | null {
  const [, given = "", choices = ""] =
    /argument '([^']*)' is invalid\. Allowed choices are (.*)\.$/.exec(message) ?? [];
  const meant = choices === "" ? null : nearestName(given, choices.split(", "));
  return meant === null ? null : didYouMean(meant);
}

/** Commander quotes with ', and all our own messages with ". */
function withOurQuotes(message: string): string {
  return message.replace(/(?<=^|\s)'([^'"]*)'(?=[\s.,]|$)/g, '"$1"');
}
