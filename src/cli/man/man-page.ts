import packageJson from "../../../package.json" with { type: "json" };
import type { CliContext } from "../input/command.ts";
import {
  type Entry,
  environment,
  exitStatuses,
  files,
  globalEntries,
  type ManualCommand,
  readManual,
} from "./manual.ts";
import { roffEntry, roffLines, roffText } from "./roff.ts";

/** The manual as roff. */
export async function manPage(cli: CliContext): Promise<string> {
  const commands = (await readManual(cli)).map(
    ({ title, commands }) => `.SS ${roffText(title)}\n${commands.map(commandText).join("")}`,
  );
  return [
    `.TH KANBUN 1 "" "Kanbun ${packageJson.version}" "Kanbun"\n`,
    `.SH NAME\nkanbun \\- ${roffText(sentenceStart(packageJson.description))}\n`,
    ".SH SYNOPSIS\n.B kanbun\n.I command\n[options]\n",
    ".SH DESCRIPTION\n",
    roffText(
      "You put tasks on a board, link them, and give each a profile: a shell, a script, a coding agent, any program. kanbun dispatch starts one process per ready task, in order, within your limits, and writes down how it really ended. No task ever has two workers, however many dispatchers there are.",
    ),
    "\n.PP\nWithout any home the first task makes one.\n",
    roffLines('kanbun run "make test"\nkanbun list\nkanbun dispatch --until-idle'),
    `.SH COMMANDS\n${commands.join("")}`,
    `.SH GLOBAL OPTIONS\n${roffEntries(globalEntries)}`,
    `.SH EXIT STATUS\n${roffEntries(exitStatuses)}`,
    `.SH ENVIRONMENT\n${roffEntries(environment)}`,
    `.SH FILES\n${roffEntries(files)}`,
  ].join("");
}

/** A command, what it takes, and of one with subcommands those. */
function commandText({ usage, summary, entries, subcommands }: ManualCommand): string {
  const inner = roffEntries(entries) + subcommands.map(commandText).join("");
  return `.TP\n.B ${roffText(usage)}\n${roffText(summary)}\n${inner === "" ? "" : `.RS\n${inner}.RE\n`}`;
}

function roffEntries(entries: readonly Entry[]): string {
  return entries.map(([head, text]) => roffEntry(head, text)).join("");
}

function sentenceStart(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, "");
}
