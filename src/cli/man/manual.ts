import type { Command } from "commander";
import type { CliContext } from "../input/command.ts";
import { globalOptions } from "../input/global-options.ts";
import { loadCommand } from "../input/load-command.ts";

/** What is explained, as it is typed, and its explanation. */
export type Entry = readonly [head: string, text: string];

export interface ManualCommand {
  /** As it is typed, with its arguments. */
  readonly usage: string;
  readonly summary: string;
  /** Arguments, then options; those that every command has are not among them. */
  readonly entries: readonly Entry[];
  readonly subcommands: readonly ManualCommand[];
}

export interface ManualGroup {
  readonly title: string;
  readonly commands: readonly ManualCommand[];
}

export const globalEntries: readonly Entry[] = globalOptions.map(({ flags, text }) => [flags, text]);

export const environment: readonly Entry[] = [
  ["KANBUN_HOME", "the home, where --home is not given"],
  ["KANBUN_BOARD", "the board, where --board is not given"],
  ["KANBUN_ACTOR", "who is named in the history, where --as is not given"],
  ["KANBUN_DEBUG", "1: an error comes with where it was thrown"],
  ["NO_COLOR", "text without colours"],
];

export const files: readonly Entry[] = [
  [".kanbun", "the home of a folder and all below it, made by kanbun init"],
  ["~/.kanbun", "your own home, for all folders that have none"],
  ["kanbun.toml", "in a home: profiles, limits, times"],
];

export const exitStatuses: readonly Entry[] = [
  ["0", "done, or nothing to do"],
  ["1", "failed"],
  ["2", "not understood: a wrong option or value"],
  ["3", "not found"],
  ["4", "conflict: claimed by another, not a legal move, a worker whose run is over"],
  ["5", "the server that keeps the board can't be reached: nothing was changed, try again"],
  ["6", "the server went away before it said whether the change was kept: look before you try again"],
  ["75", "dispatch --fail-if-locked: another dispatcher holds the lock"],
  ["124", "wait --timeout: the time was over"],
  ["130", "interrupted"],
];

/** Every command in its group, from the table of commands and what each says of itself. */
export async function readManual(cli: CliContext): Promise<ManualGroup[]> {
  const groups = new Map<string, ManualCommand[]>();
  for (const { name, group } of cli.commands) {
    const command = await loadCommand(name, cli);
    if (command === null) continue;
    const title = group.replace(/:$/, "");
    groups.set(title, [...(groups.get(title) ?? []), describe(command, command.summary())]);
  }
  return [...groups].map(([title, commands]) => ({ title, commands }));
}

function describe(command: Command, summary: string): ManualCommand {
  const own = command.options.filter(({ long, hidden }) => !hidden && !isGlobal(long));
  return {
    usage: usageOf(command),
    summary,
    entries: [
      ...argumentEntries(command),
      ...own.map(({ flags, description }): Entry => [flags, description]),
    ],
    subcommands: command.commands.map((child) => describe(child, child.description())),
  };
}

function argumentEntries(command: Command): Entry[] {
  return command.registeredArguments
    .filter(({ description }) => description !== "")
    .map((argument) => {
      const name = argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
      // Where several are read as one list of words, the usage says what they are.
      return [
        usageOf(command).includes(argument.name()) ? name : typedArguments(command),
        argument.description,
      ];
    });
}

function usageOf(command: Command): string {
  const above = command.parent === null ? "" : `${command.parent.name()} `;
  return `${above}${command.name()} ${typedArguments(command)}`.trim();
}

function typedArguments(command: Command): string {
  return command.usage().replace(/^\[options\] ?/, "");
}

function isGlobal(long: string | undefined): boolean {
  return globalEntries.some(([flags]) => flags.split(" ", 1)[0] === long);
}
