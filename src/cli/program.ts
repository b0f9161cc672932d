import { Command, CommanderError, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { BoardError } from "../board/error.ts";
import { withOwnRun } from "../home/session/hermes-environment.ts";
import { type CommandEntry, changesSomething, commandTable, firstCommands } from "./command-table.ts";
import { Cli } from "./input/cli.ts";
import { addExamples, type CliContext } from "./input/command.ts";
import { withFullName } from "./input/full-name.ts";
import {
  addGlobalOptions,
  findCommand,
  readGlobalOptions,
  wantsJson,
  withoutGlobalOptions,
} from "./input/global-options.ts";
import { explainUsageError } from "./input/usage-error.ts";
import { requireUtf8Arguments } from "./input/utf8-arguments.ts";
import { commandFailure } from "./text/command-failure.ts";
import { formatFirstHelp } from "./text/first-help.ts";
import { Output } from "./text/output.ts";

const listCommands = () => Object.entries(commandTable).map(([name, entry]) => ({ name, ...entry }));

type Environment = Readonly<Record<string, string | undefined>>;

/** Runs the command that `argv` names, from parsing to its exit code. Never throws. */
export async function runCommandLine(argv: readonly string[], given: Environment): Promise<number> {
  const env = given.HERMES_KANBAN_TASK ? withOwnRun(given) : given;
  const output = new Output(wantsJson(argv));
  const cli = new Cli(env, output, listCommands);
  try {
    if (argv.some((word) => word.includes("\uFFFD"))) requireUtf8Arguments(argv);
    if (argv.includes("--json-schema"))
      await (await import("./text/answer-schema.ts")).answerSchema(output, argv);
    else await runProgram(argv, cli);
    return cli.exitCode;
  } catch (error) {
    const failure = commandFailure(error, env.KANBUN_DEBUG === "1");
    output.fail(failure);
    return failure.exitCode;
  }
}

/** @throws {BoardError} usage, and what the command throws */
async function runProgram(argv: readonly string[], cli: Cli): Promise<void> {
  const printed: string[] = [];
  const program = makeProgram(cli, printed);
  const typed = withFullName(helpAsOption(argv));
  const name = findCommand(typed);
  const isWhole = name === null && typed.includes("--all");
  const words = isWhole ? [...typed.filter((word) => word !== "--all"), "--help"] : typed;
  if (name === null) {
    if (!asksForVersion(words)) addAllCommands(program, isWhole);
  } else await addCommand(program, { name, entry: await findEntry(name, typed), cli });
  addGlobalOptions(program);
  try {
    await program.parseAsync(words.length === 0 ? ["--help"] : words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode !== 0) throw explainUsageError(error, name === null ? null : program.commands[0]);
    const text = printed.join("");
    const { wrapParagraphs } = await import("./text/wrap.ts");
    await cli.output.answer({ text }, (screen) => wrapParagraphs(text, screen.columns));
  }
}

function makeProgram(cli: Cli, printed: string[]): Command {
  return new Command("kanbun")
    .description(
      "A durable kanban board for agents and commands, with a dispatcher that can never race itself.",
    )
    .helpCommand(false)
    .version(packageJson.version, "-V, --version", "show the version")
    .addHelpOption(new Option("-h, --help", "show this help").helpGroup("Global options:"))
    .enablePositionalOptions()
    .showHelpAfterError(false)
    .exitOverride()
    .configureHelp({ subcommandTerm: nameWithArguments })
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: () => {}, outputError: () => {} })
    .hook("preAction", (program, command) => {
      const entry = requireEntry((command.parent === program ? command : command.parent)?.name() ?? "");
      const typed = { subcommand: command.name(), options: command.opts() };
      return cli.begin(readGlobalOptions(command), { changes: changesSomething(entry, typed) });
    });
}

async function addCommand(
  program: Command,
  { name, entry, cli }: { name: string; entry: CommandEntry; cli: CliContext },
): Promise<void> {
  const command = program
    .command(name)
    .summary(entry.summary)
    .description(sentence(entry.summary))
    .helpCommand(false);
  (await entry.load()).defineCommand(command, cli);
}

/** @param isWhole `--all`: the help has a line for each command */
function addAllCommands(program: Command, isWhole: boolean): void {
  const commands = listCommands();
  for (const { name, summary, group } of commands) program.command(name).summary(summary).helpGroup(group);
  if (!isWhole)
    program.configureHelp({
      ...program.configureHelp(),
      formatHelp: (_, help) => formatFirstHelp(program, help, { commands, first: firstCommands }),
    });
  addExamples(
    program,
    'kanbun init && kanbun run "make test"',
    'kanbun create "Tests" --run "make test" && kanbun dispatch --until-idle',
    "kanbun explain t_0123abcd      why is it not running?",
    "kanbun create --help           a command's options and examples",
    "kanbun help --all              a line for each command",
  );
}

/** Such a one needs no command to be known. */
function asksForVersion(words: readonly string[]): boolean {
  return words.length === 1 && ["--version", "-V"].includes(words[0] ?? "");
}

/** `kanbun help list` is `kanbun list --help`. */
function helpAsOption(argv: readonly string[]): readonly string[] {
  const at = argv.indexOf("help");
  if (at === -1 || findCommand(argv) !== "help") return argv;
  return [...argv.slice(0, at), ...argv.slice(at + 1), "--help"];
}

/** @throws {BoardError} usage, with what was probably meant */
async function findEntry(name: string, typed: readonly string[]): Promise<CommandEntry> {
  if (Object.hasOwn(commandTable, name)) return requireEntry(name);
  const { hintForUnknown } = await import("./input/meant-command.ts");
  const hint = hintForUnknown(name, withoutGlobalOptions(typed.slice(typed.indexOf(name) + 1)));
  throw new BoardError("usage", `there is no command ${JSON.stringify(name)}`, { hint });
}

function requireEntry(name: string): CommandEntry {
  const entry = Object.hasOwn(commandTable, name) ? commandTable[name] : undefined;
  if (entry === undefined) throw new Error(`there is no command ${name}`);
  return entry;
}

function nameWithArguments(command: Command): string {
  const given = command.registeredArguments.map((one) =>
    one.required ? `<${one.name()}>` : `[${one.name()}]`,
  );
  return [command.name(), ...given].join(" ");
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
