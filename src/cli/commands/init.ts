import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { homeToMake } from "../../home/boards/home-to-make.ts";
import { initHome } from "../../home/boards/init-home.ts";
import { listFoundAgents } from "../../home/profiles/agents.ts";
import { shellWord } from "../../system/text/shell-word.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { readGlobalOptions } from "../input/global-options.ts";
import { visibleLine } from "../text/visible.ts";

interface InitOptions {
  readonly user?: boolean;
  readonly name?: string;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .option("--user", "make your own home, for all folders that have none: ~/.kanbun")
    .option("--name <text>", "display name of the default board")
    .option("--force", "even on a network file system, where boards are not safe")
    .action((options: InitOptions) => init(cli, options, readGlobalOptions(command)));
  command.addHelpText(
    "after",
    `
It makes .kanbun in this folder, for this folder and all below it (with --home or KANBUN_HOME: the home named so). Git does
not show it: it has a .gitignore of its own. What is there already stays as it is.`,
  );
  addExamples(command, "kanbun init", "kanbun init --user");
}

async function init(
  cli: CliContext,
  { user = false, name, force }: InitOptions,
  given: { readonly home?: string; readonly board?: string },
): Promise<void> {
  if (given.board !== undefined && given.board !== "default")
    throw new BoardError("usage", "init makes a home with its default board", {
      hint: `for another board: \`kanbun boards create ${shellWord(given.board)}\``,
    });
  if (user && given.home !== undefined)
    throw new BoardError("usage", "--user cannot be used with --home", { hint: "give one of them" });
  const { home, instead, isFoundFromHere } = homeToMake(cli.home, { named: given.home, isUser: user });
  const made = await initHome(home, { name, force });
  const found = listFoundAgents(home).map(({ name }) => name);
  const next = `kanbun run "echo hello"${isFoundFromHere ? "" : ` --home ${shellWord(made.home)}`}`;
  const addAgent = `kanbun agents add ${found[0]}${isFoundFromHere ? "" : ` --home ${shellWord(made.home)}`}`;
  await cli.output.answer({ ...made, agents: found }, () =>
    [
      `${made.created ? "made" : "found"} the default board in ${visibleLine(made.home)}`,
      `  ${made.wroteConfig ? "settings, all of them optional" : "settings"}: ${visibleLine(made.config)}`,
      ...(found.length === 0
        ? []
        : [
            `  coding agents found: ${found.join(", ")}`,
            `    a profile for one: ${visibleLine(cli.output.typed(addAgent))}`,
          ]),
      `  next: ${visibleLine(cli.output.typed(next))}`,
      "",
    ].join("\n"),
  );
  if (instead !== null && made.created)
    cli.output.note(`note: commands in this folder use it from now on, and no longer ${instead}`);
  if (!isFoundFromHere)
    cli.output.note(
      cli.env.KANBUN_HOME
        ? `note: KANBUN_HOME is set, and wins where --home is not given: ${cli.env.KANBUN_HOME}`
        : "note: commands in this folder use the .kanbun that is nearer",
    );
}
