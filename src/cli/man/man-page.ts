import type { Command } from "commander";
import packageJson from "../../../package.json" with { type: "json" };
import type { CliContext } from "../input/command.ts";
import { globalOptions } from "../input/global-options.ts";
import { loadCommand } from "../input/load-command.ts";
import { roffEntry, roffLines, roffText } from "./roff.ts";

const environment: readonly (readonly [string, string])[] = [
  ["KANBUN_HOME", "the home, where --home is not given"],
  ["KANBUN_BOARD", "the board, where --board is not given"],
  ["KANBUN_ACTOR", "who is named in the history, where --as is not given"],
  ["KANBUN_DEBUG", "1: an error comes with where it was thrown"],
  ["NO_COLOR", "text without colours"],
];

const files: readonly (readonly [string, string])[] = [
  [".kanbun", "the home of a folder and all below it, made by kanbun init"],
  ["~/.kanbun", "your own home, for all folders that have none"],
  ["kanbun.toml", "in a home: profiles, limits, times"],
];

const exitStatuses: readonly (readonly [string, string])[] = [
  ["0", "done, or nothing to do"],
  ["1", "failed"],
  ["2", "not understood: a wrong option or value"],
  ["3", "not found"],
  ["4", "conflict: claimed by another, not a legal move, a worker whose run is over"],
  ["75", "dispatch --fail-if-locked: another dispatcher holds the lock"],
  ["124", "wait --timeout: the time was over"],
  ["130", "interrupted"],
];

/** The manual as roff, from the table of commands and what each says of itself. */
export async function manPage(cli: CliContext): Promise<string> {
  const entries = (list: readonly (readonly [string, string])[]) =>
    list.map(([head, text]) => roffEntry(head, text)).join("");
  const commands: string[] = [];
  let group = "";
  for (const known of cli.commands) {
    if (known.group !== group) commands.push(`.SS ${roffText(known.group.replace(/:$/, ""))}\n`);
    group = known.group;
    const command = await loadCommand(known.name, cli);
    if (command !== null) commands.push(commandText(command));
  }
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
    `.SH GLOBAL OPTIONS\n${entries(globalOptions.map(({ flags, text }) => [flags, text]))}`,
    `.SH EXIT STATUS\n${entries(exitStatuses)}`,
    `.SH ENVIRONMENT\n${entries(environment)}`,
    `.SH FILES\n${entries(files)}`,
  ].join("");
}

/** A command, its options, and of one with subcommands those. */
function commandText(command: Command): string {
  const own = command.options.filter(({ long, hidden }) => !hidden && !isGlobal(long));
  const options = own.map(({ flags, description }) => roffEntry(flags, description)).join("");
  const children = command.commands
    .map((child) => `.TP\n.B ${roffText(usageOf(child))}\n${roffText(child.description())}\n${nested(child)}`)
    .join("");
  const inner = options + children;
  return `.TP\n.B ${roffText(usageOf(command))}\n${roffText(command.summary())}\n${inner === "" ? "" : `.RS\n${inner}.RE\n`}`;
}

function nested(child: Command): string {
  const own = child.options.filter(({ long, hidden }) => !hidden && !isGlobal(long));
  if (own.length === 0) return "";
  return `.RS\n${own.map(({ flags, description }) => roffEntry(flags, description)).join("")}.RE\n`;
}

function usageOf(command: Command): string {
  const above = command.parent === null ? "" : `${command.parent.name()} `;
  return `${above}${command.name()} ${command.usage().replace(/^\[options\] ?/, "")}`.trim();
}

function isGlobal(long: string | undefined): boolean {
  return globalOptions.some(({ flags }) => flags.split(" ", 1)[0] === long);
}

function sentenceStart(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replace(/\.$/, "");
}
