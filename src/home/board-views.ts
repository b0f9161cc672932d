import type { CliContext } from "../cli/command.ts";
import { formatTable } from "../cli/text/table.ts";
import { formatTime } from "../cli/text/task-text.ts";
import { visibleLine } from "../cli/text/visible.ts";
import type { BoardMetadata } from "../system/board-metadata.ts";
import { readBoardMetadata } from "../system/board-metadata.ts";
import { boardPaths, listBoardSlugs } from "../system/board-paths.ts";
import { requireBoard } from "./board-changes.ts";
import { toFailure } from "./failure.ts";

/** `kanbun boards list`. A board that cannot be opened is listed all the same, with what is wrong with it. */
export async function listBoards(cli: CliContext): Promise<void> {
  const { home, board: current } = cli.place;
  const boards = await Promise.all(
    listBoardSlugs(home).map(async (slug) => {
      const view = await viewBoard(cli, slug);
      return { slug, name: view.metadata?.name ?? "", isCurrent: slug === current, ...view };
    }),
  );
  const listed = boards.map(({ metadata: _, ...board }) => board);
  await cli.output.answer({ home, current, boards: listed }, (screen) =>
    formatTable(
      listed.map((board) => [
        board.isCurrent ? "*" : " ",
        board.slug,
        board.tasks === null ? "?" : String(board.tasks),
        visibleLine(board.problem ?? board.name),
      ]),
      screen,
      { head: [" ", "board", "tasks", "name"], right: [2] },
    ),
  );
  if (boards.length === 0) cli.output.note(`no boards in ${home} yet: make one with \`kanbun init\``);
}

interface BoardView {
  readonly metadata: BoardMetadata | null;
  readonly tasks: number | null;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly problem: string | null;
}

async function viewBoard(cli: CliContext, slug: string): Promise<BoardView> {
  try {
    await using session = await cli.open("read", slug);
    const { tasks, byStatus } = await session.store.getCounts();
    return { metadata: readBoardMetadata(boardPaths(cli.place.home, slug)), tasks, byStatus, problem: null };
  } catch (error) {
    return { metadata: null, tasks: null, byStatus: {}, problem: toFailure(error, false).message };
  }
}

/** `kanbun boards show`. */
export async function showBoard(cli: CliContext, text: string | undefined): Promise<void> {
  const { home, board } = cli.place;
  const paths = requireBoard(home, text ?? board);
  await using session = await cli.open("read", paths.slug);
  const { tasks, byStatus } = await session.store.getCounts();
  const metadata = readBoardMetadata(paths);
  const { metadata: _, ...files } = paths;
  const shown = { ...files, isCurrent: paths.slug === board, ...metadata, tasks, byStatus };
  await cli.output.answer(shown, (screen) => {
    const created = metadata?.createdAtS == null ? "" : formatTime(metadata.createdAtS * 1000);
    const rows: [string, string][] = [
      ["board", paths.slug],
      ["name", metadata?.name ?? ""],
      ["description", metadata?.description ?? ""],
      ["icon", metadata?.icon ?? ""],
      ["color", metadata?.color ?? ""],
      ["workdir", metadata?.defaultWorkdir ?? ""],
      ["created", created],
      ["database", paths.database],
      ["runs", paths.runs],
      [
        "tasks",
        Object.entries(byStatus)
          .map(([status, count]) => `${count} ${status}`)
          .join(", ") || "none",
      ],
    ];
    return formatTable(
      rows.filter(([, value]) => value !== "").map(([name, value]) => [name, visibleLine(value)]),
      screen,
    );
  });
}
