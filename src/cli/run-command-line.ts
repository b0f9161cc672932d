import { Cli } from "./cli.ts";
import { changesSomething, commandTable } from "./command-table.ts";
import { findCommand, globalOptions, pickGlobal, wantsJson } from "./input/global-options.ts";
import { QuickCommand } from "./quick-command.ts";
import { Output } from "./text/output.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the command that `argv` names, from parsing to its exit code. Never throws. */
export async function runCommandLine(argv: readonly string[], given: Environment): Promise<number> {
  // Loaded only for a worker of Hermes.
  const env = given.HERMES_KANBAN_TASK
    ? (await import("../home/hermes-environment.ts")).withOwnRun(given)
    : given;
  const output = new Output(wantsJson(argv));
  const cli = new Cli(env, output);
  try {
    if (argv.some((word) => word.includes("\uFFFD")))
      (await import("./input/utf8-arguments.ts")).requireUtf8Arguments(argv);
    if (!(await tryQuickly(argv, cli))) {
      const { runProgram } = await import("./program.ts");
      await runProgram(argv, cli);
    }
    return cli.exitCode;
  } catch (error) {
    const { commandFailure } = await import("./text/command-failure.ts");
    const failure = commandFailure(error, env.KANBUN_DEBUG === "1");
    output.fail(failure);
    return failure.exitCode;
  }
}

/** False when commander must look at it; then nothing has been done. */
async function tryQuickly(argv: readonly string[], cli: Cli): Promise<boolean> {
  const found = findCommand(argv);
  const entry = found && Object.hasOwn(commandTable, found.name) ? commandTable[found.name] : undefined;
  // What stands before the name is commander's: it may mean the program.
  if (found?.at !== 0 || !entry?.isQuick) return false;
  const command = new QuickCommand();
  (await entry.load()).defineCommand(command, cli);
  for (const { flags, text } of globalOptions) command.option(flags, text);
  const reading = command.tryRead(argv.slice(1));
  if (reading === null) return false;
  await cli.begin(
    { json: false, ...pickGlobal(reading.options) },
    { changes: changesSomething(entry, { subcommand: "", options: reading.options }) },
  );
  await reading.run();
  return true;
}
