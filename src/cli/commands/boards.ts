import type { Command } from "commander";
import { createBoard, renameBoard, switchBoard } from "../../home/board-changes.ts";
import { archiveBoard } from "../../home/board-removal.ts";
import { listBoards, showBoard } from "../../home/board-views.ts";
import { addExamples, type CliContext } from "../command.ts";

export interface BoardFieldOptions {
  readonly name?: string;
  readonly description?: string;
  readonly icon?: string;
  readonly color?: string;
  readonly defaultWorkdir?: string;
  readonly force?: boolean;
}

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("list")
    .description("List the boards of the home.")
    .action(() => listBoards(cli));
  command
    .command("create")
    .description("Make a board.")
    .argument("<slug>", "1 to 64 of a-z, 0-9, - and _")
    .option("--name <text>", "its name, for people")
    .option("--description <text>", "what it is for")
    .option("--icon <text>", "an emoji, say")
    .option("--color <text>", "a colour for pages that show it")
    .option("--default-workdir <dir>", "the repository that worktrees are made of")
    .option("--force", "also on a network file system, where boards are not safe")
    .action((slug: string, options: BoardFieldOptions) => createBoard(cli, slug, options));
  command
    .command("show")
    .description("Show a board: its names, files and tasks.")
    .argument("[slug]", "default: the board that is meant without a name")
    .action((slug: string | undefined) => showBoard(cli, slug));
  command
    .command("switch")
    .description("Make a board the one that is meant without a name.")
    .argument("<slug>")
    .action((slug: string) => switchBoard(cli, slug));
  command
    .command("rename")
    .description("Give a board another name for people; its slug and its files stay.")
    .argument("<slug>")
    .argument("<name>")
    .action((slug: string, name: string) => renameBoard(cli, slug, name));
  command
    .command("rm")
    .description("Archive a board: its folder is moved to kanban/boards/_archived, nothing is deleted.")
    .argument("<slug>")
    .option("--force", "also while it has running workers: they are ended first")
    .action((slug: string, { force = false }: { force?: boolean }) => archiveBoard(cli, slug, force));
  addExamples(
    command,
    "kanbun boards list",
    'kanbun boards create shop --name "The shop"',
    "kanbun boards switch shop",
  );
}
