import type { MovedBoard } from "../../home/boards/board-move.ts";
import type { ListedBoard, ShownBoard } from "../../home/boards/board-views.ts";
import { formatTime } from "../../system/text/when.ts";
import type { Screen } from "./screen.ts";
import { formatTable } from "./table.ts";
import { visibleLine } from "./visible.ts";

/** A table of boards, one line each. */
export function formatBoards(boards: readonly ListedBoard[], screen: Screen): string {
  const hasStores = boards.some(({ store }) => store !== null);
  const rows = boards.map((board) => [
    board.isCurrent ? "*" : " ",
    board.slug,
    board.tasks === null ? "?" : String(board.tasks),
    ...(hasStores ? [board.store ?? ""] : []),
    visibleLine(board.problem ?? board.name),
  ]);
  const head = [" ", "board", "tasks", ...(hasStores ? ["store"] : []), "name"];
  return formatTable(rows, screen, { head, right: [2] });
}

/** A board with its files and tasks; what is empty is left out. */
export function formatBoard(board: ShownBoard, screen: Screen): string {
  const counts = Object.entries(board.byStatus).map(([status, count]) => `${count} ${status}`);
  const rows: [string, string][] = [
    ["board", board.slug],
    ["name", board.name ?? ""],
    ["description", board.description ?? ""],
    ["icon", board.icon ?? ""],
    ["color", board.color ?? ""],
    ["workdir", board.defaultWorkdir ?? ""],
    ["created", board.createdAtMs == null ? "" : formatTime(board.createdAtMs)],
    ["database", board.database ?? ""],
    ["store", board.store === null ? "" : `${board.store}, where it is called ${board.storeBoard}`],
    ["takeover", board.takeover ?? ""],
    ["runs", board.runs],
    ["tasks", counts.join(", ") || "none"],
  ];
  return formatTable(
    rows.filter(([, value]) => value !== "").map(([name, value]) => [name, visibleLine(value)]),
    screen,
  );
}

/** What came of a move of a whole board. */
export function formatMove({ slug, outcome, database, store, storeBoard, tasks, rows }: MovedBoard): string {
  const where =
    store === null
      ? visibleLine(database ?? "")
      : `the store ${store}${storeBoard === slug ? "" : `, where it is called ${storeBoard}`}`;
  const much = `${tasks} ${tasks === 1 ? "task" : "tasks"}, ${rows} rows`;
  switch (outcome) {
    case "moved":
      return `moved ${slug} to ${where}: ${much}, compared\n  what was there before takes no more writes\n`;
    case "finished":
      return `moved ${slug} to ${where}: it had arrived already\n`;
    case "taken_back":
      return `took the move back: ${slug} is in ${where} as before\n`;
    case "kept":
      return `nothing to do: ${slug} is in ${where}\n`;
    case "planned":
      return `${slug} can be moved to ${where}: ${much}. Nothing was changed\n`;
  }
}
