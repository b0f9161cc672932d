import { Cli } from "./cli.ts";
import { wantsJson } from "./input/global-options.ts";
import { runProgram } from "./program.ts";
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
    await runProgram(argv, cli);
    return cli.exitCode;
  } catch (error) {
    const { commandFailure } = await import("./text/command-failure.ts");
    const failure = commandFailure(error, env.KANBUN_DEBUG === "1");
    output.fail(failure);
    return failure.exitCode;
  }
}
