import { Command } from "commander";
import type { CliContext } from "./command.ts";
import { addGlobalOptions } from "./global-options.ts";

/** One command with all that it takes, to be told of and not run; null for a name that no command has. */
export async function loadCommand(name: string, cli: CliContext): Promise<Command | null> {
  const known = cli.commands.find((one) => one.name === name);
  if (known === undefined) return null;
  const command = new Command(name).summary(known.summary).helpCommand(false);
  (await known.load()).defineCommand(command, cli);
  addGlobalOptions(command);
  return command;
}
