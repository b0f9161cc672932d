import { Command } from "commander";
import { commandTable } from "../../src/cli/command-table.ts";
import type { CliContext } from "../../src/cli/input/command.ts";

/** What a command takes, read from its own definition: a new option is hostile input's next target by itself. */
export interface Grammar {
  readonly words: readonly string[];
  /** Names of its arguments, such as `task`. */
  readonly positionals: readonly string[];
  /** Flags, each with the name of its value, or null without one. */
  readonly options: readonly { readonly flag: string; readonly value: string | null }[];
}

/**
 * Those that go on until someone interrupts them, or until a task has ended; `run` would start what was generated as a
 * program; `doctor` looks through the whole machine each time, and `service` speaks to the service manager of the process that runs
 * the tests.
 */
const leftOut = ["watch", "wait", "run", "doctor", "service", "mcp", "serve", "top"];
const unboundedFlags = ["--follow", "--watch", "--max"];

export async function readGrammars(): Promise<readonly Grammar[]> {
  const grammars: Grammar[] = [];
  for (const [name, entry] of Object.entries(commandTable)) {
    if (leftOut.includes(name)) continue;
    const command = new Command(name);
    (await entry.load()).defineCommand(command, { env: {} } as CliContext);
    grammars.push(...readGrammar(command, []));
  }
  return grammars;
}

function readGrammar(command: Command, above: readonly string[]): Grammar[] {
  const words = [...above, command.name()];
  if (command.commands.length > 0) return command.commands.flatMap((child) => readGrammar(child, words));
  const options = command.options.map((option) => ({
    flag: option.long ?? option.short ?? option.flags,
    value: /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1] ?? null,
  }));
  return [
    {
      words,
      positionals: command.registeredArguments.map((argument) => argument.name()),
      options: options.filter(({ flag }) => !unboundedFlags.includes(flag)),
    },
  ];
}
