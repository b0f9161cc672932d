import type { Command } from "commander";
import { BoardError } from "../../board/error.ts";
import { renameBoard, setDefaultWorkdir, setTakeover, switchBoard } from "../../home/boards/board-changes.ts";
import { type BoardMaking, createBoard, joinBoard, type MadeBoard } from "../../home/boards/board-making.ts";
import { moveBoard } from "../../home/boards/board-move.ts";
import { archiveBoard, deleteBoard } from "../../home/boards/board-removal.ts";
import { listBoards, showBoard } from "../../home/boards/board-views.ts";
import { initCommand } from "../../home/boards/no-board.ts";
import { addExamples, type CliContext } from "../input/command.ts";
import { confirm } from "../input/confirmation.ts";
import { formatBoard, formatBoards, formatMove } from "../text/board-text.ts";
import { visibleLine } from "../text/visible.ts";

export function defineCommand(command: Command, cli: CliContext): void {
  command
    .command("list")
    .description("List the boards of the home.")
    .action(() => list(cli));
  command
    .command("create")
    .description("Make a board.")
    .argument("<slug>", "1 to 64 of a-z, 0-9, - and _")
    .option("--name <text>", "display name")
    .option("--description <text>", "what the board is for")
    .option("--icon <text>", "such as an emoji")
    .option("--color <text>", "color on pages that show the board")
    .option("--default-workdir <dir>", "the repository that worktrees come from")
    .option("--store <name>", "keep it in this store of kanbun.toml, for other machines too")
    .option("--switch", "use it when no --board is given, as `boards switch` does")
    .option("--force", "even on a network file system, where boards are not safe")
    .action((slug: string, fields: CreateOptions) => create(cli, slug, fields));
  command
    .command("join")
    .description("Work on a board of a store that another machine has made.")
    .argument("<slug>", "what the board is called here")
    .requiredOption("--store <name>", "the store of kanbun.toml")
    .option("--store-board <name>", "what it is called in the store (default: the same)")
    .option("--default-workdir <dir>", "the repository that worktrees come from, on this machine")
    .option("--switch", "use it when no --board is given, as `boards switch` does")
    .action((slug: string, options: JoinOptions) => join(cli, slug, options));
  command
    .command("move")
    .description("Move a board to a store of kanbun.toml, or back to a file, with all its ids and numbers.")
    .argument("<slug>")
    .requiredOption("--to <store>", "the store of kanbun.toml, or file")
    .option("--store-board <name>", "what it is called in the store (default: the same)")
    .option("--dry-run", "only say whether it can be moved, and how much there is")
    .option("--force", "take back a move that another home began and cannot finish")
    .action((slug: string, options: MoveOptions) => move(cli, slug, options));
  command
    .command("show")
    .description("Show a board: its names, files and tasks.")
    .argument("[slug]", "default: the current board")
    .action(async (slug: string | undefined) => {
      const board = await showBoard(cli.home, slug);
      await cli.output.answer(board, (screen) => formatBoard(board, screen));
    });
  command
    .command("switch")
    .description("Use this board when no --board is given.")
    .argument("<slug>")
    .action(async (text: string) => {
      const current = switchBoard(cli.home, text);
      await cli.output.answer({ current }, () => `the current board is ${current}\n`);
      noteVariable(cli);
    });
  command
    .command("rename")
    .description("Change the display name of a board; its slug and files stay.")
    .argument("<slug>")
    .argument("<name>")
    .action(async (text: string, name: string) => {
      const board = renameBoard(cli.home, text, name);
      await cli.output.answer(board, () => `${board.slug} is now called ${visibleLine(name)}\n`);
    });
  command
    .command("set-default-workdir")
    .description("Name the repository that the worktrees of a board come from.")
    .argument("<slug>")
    .argument("<folder>", "the repository, or none")
    .action(async (text: string, folder: string) => {
      const board = setDefaultWorkdir(cli.home, text, ["none", ""].includes(folder) ? null : folder);
      await cli.output.answer(board, () =>
        board.defaultWorkdir === null
          ? `worktrees of ${board.slug} come from no repository any more\n`
          : `worktrees of ${board.slug} come from ${visibleLine(board.defaultWorkdir)}\n`,
      );
    });
  command
    .command("set")
    .description("Change a setting of a board that holds for all machines that work on it.")
    .argument("<slug>")
    .argument("<setting>", "takeover")
    .argument(
      "<value>",
      "never: runs of a machine that falls silent are held; lease: others take them over when its lease is over",
    )
    .action((slug: string, setting: string, value: string) => set(cli, slug, { setting, value }));
  command
    .command("rm")
    .description("Archive a board: move its folder to kanban/boards/_archived; nothing is deleted.")
    .argument("<slug>")
    .option("--delete", "delete it for good: its tasks, attachments, logs and scratch folders")
    .option("--force", "even if it has running workers (stops them)")
    .option("-y, --yes", "with --delete: do not ask")
    .action(async (text: string, options: { force?: boolean; delete?: boolean; yes?: boolean }) => {
      const { force = false } = options;
      if (options.delete) {
        if (options.yes || (await mayDelete(cli, text))) return await removeForGood(cli, text, force);
        cli.output.note("nothing was deleted");
        cli.setExitCode(1);
        return;
      }
      const { slug, archive, notes } = await archiveBoard(cli.home, text, { force });
      for (const note of notes) cli.output.note(`note: ${note}`);
      await cli.output.answer(
        { slug, archive },
        () => `archived ${slug}: its files are in ${visibleLine(archive)}\n`,
      );
    });
  addExamples(
    command,
    "kanbun boards list",
    'kanbun boards create shop --name "The shop"',
    "kanbun boards create shop --store team",
    "kanbun boards join shop --store team",
    "kanbun boards move shop --to team --dry-run",
    "kanbun boards move shop --to file",
    "kanbun boards switch shop",
    "kanbun boards set-default-workdir shop ~/src/shop",
    "kanbun boards set shop takeover lease",
    "kanbun boards rm shop --delete",
  );
}

function noteVariable(cli: CliContext): void {
  if (cli.env.KANBUN_BOARD) cli.output.note(`KANBUN_BOARD is set, and wins: ${cli.env.KANBUN_BOARD}`);
}

async function set(
  cli: CliContext,
  slug: string,
  { setting, value }: { readonly setting: string; readonly value: string },
): Promise<void> {
  if (setting !== "takeover")
    throw new BoardError("usage", `boards have no setting ${JSON.stringify(setting)}`, {
      hint: `\`kanbun boards set ${visibleLine(slug)} takeover lease\``,
    });
  const takeover = await setTakeover(cli.home, slug, value);
  await cli.output.answer({ slug, takeover }, () => `takeover of ${slug} is ${takeover}\n`);
}

async function list(cli: CliContext): Promise<void> {
  const boards = await listBoards(cli.home);
  const { home, board: current } = cli.place;
  await cli.output.answer({ home, current, boards }, (screen) => formatBoards(boards, screen));
  if (boards.length === 0)
    cli.output.note(`no boards in ${home} yet: make one with \`${initCommand(cli.place)}\``);
}

async function mayDelete(cli: CliContext, text: string): Promise<boolean> {
  const { slug, tasks } = await showBoard(cli.home, text);
  const what = `${tasks} ${tasks === 1 ? "task" : "tasks"}`;
  return confirm(
    `Delete the board ${slug} for good, with its ${what}, their runs, logs and attachments?`,
    cli.output,
  );
}

async function removeForGood(cli: CliContext, text: string, force: boolean): Promise<void> {
  const { slug, left, notes } = await deleteBoard(cli.home, text, { force });
  for (const note of notes) cli.output.note(`note: ${note}`);
  await cli.output.answer({ slug, deleted: left === null, left }, () =>
    left === null
      ? `deleted ${slug}\n`
      : `deleted ${slug}, but for ${visibleLine(left.path)}: ${visibleLine(left.reason)}\n`,
  );
  if (left !== null) cli.setExitCode(1);
}

type CreateOptions = BoardMaking & { readonly switch?: boolean };

interface JoinOptions {
  readonly store: string;
  readonly storeBoard?: string;
  readonly defaultWorkdir?: string;
  readonly switch?: boolean;
}

async function join(cli: CliContext, slug: string, options: JoinOptions): Promise<void> {
  await cli.makeFirstHome();
  const { storeBoard: board = slug, store, defaultWorkdir } = options;
  const how = { store, board, ...(defaultWorkdir === undefined ? {} : { defaultWorkdir }) };
  await answerMade(cli, await joinBoard(cli.home, slug, how), { verb: "joined", isCurrent: options.switch });
}

async function create(cli: CliContext, text: string, fields: CreateOptions): Promise<void> {
  if (text !== "default") await cli.makeFirstHome();
  const { switch: isCurrent, ...how } = fields;
  await answerMade(cli, await createBoard(cli.home, text, how), { verb: "made", isCurrent });
}

interface MoveOptions {
  readonly to: string;
  readonly storeBoard?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

async function move(cli: CliContext, slug: string, options: MoveOptions): Promise<void> {
  const { to, storeBoard: board, dryRun: isDryRun = false, force = false } = options;
  const how = { to, isDryRun, force, ...(board === undefined ? {} : { board }) };
  const moved = await moveBoard(cli.home, slug, how);
  await cli.output.answer(moved, () => formatMove(moved));
}

async function answerMade(
  cli: CliContext,
  board: MadeBoard,
  { verb, isCurrent = false }: { readonly verb: string; readonly isCurrent: boolean | undefined },
): Promise<void> {
  if (isCurrent) switchBoard(cli.home, board.slug);
  await cli.output.answer(board, () =>
    [
      `${verb} the board ${board.slug}${board.store === null ? "" : ` of the store ${board.store}`}`,
      isCurrent
        ? "  it is the current board"
        : `  work on it with --board ${board.slug}, or \`kanbun boards switch ${board.slug}\``,
      "",
    ].join("\n"),
  );
  if (isCurrent) noteVariable(cli);
}
