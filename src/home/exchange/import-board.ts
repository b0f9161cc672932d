import { join } from "node:path";
import { BoardError } from "../../board/error.ts";
import type { BoardRow, ImportedRows } from "../../store/exchange.ts";
import { dropPaths, keepBytes } from "../../worker/workspace/kept-file.ts";
import type { Session } from "../session/session.ts";
import { ExportLines, type NumberedLine } from "./export-lines.ts";

/** How an export is taken in. */
export interface ImportChoice {
  /** What the lines are called in messages. */
  readonly name: string;
  /** Gives every task another id, so that it can be there twice. Default: ids are kept. */
  readonly newIds?: boolean | undefined;
  /** Only finds out what it would come to: nothing is written, no file either. */
  readonly isDryRun?: boolean | undefined;
}

/** What came of it. */
export interface Imported extends ImportedRows {
  /** Attachments whose content came along. */
  readonly files: number;
}

/**
 * Takes the lines of an export into the board, all of them or none.
 * @param lines taken inside a transaction, so taking one must not wait
 * @throws {BoardError} usage, conflict, naming the line; then nothing has been written
 */
export async function importBoard(
  session: Pick<Session, "store" | "place" | "by">,
  lines: Iterable<NumberedLine>,
  { name, newIds = false, isDryRun = false }: ImportChoice,
): Promise<Imported> {
  const read = new ExportLines(lines);
  const kept: string[] = [];
  let files = 0;
  const placeFile = ({ taskId, filename }: { readonly taskId: string; readonly filename: string }) => {
    if (read.content === null) return null;
    files += 1;
    if (isDryRun) return null;
    const path = keepBytes(read.content, {
      folder: join(session.place.paths.attachments, taskId),
      name: filename,
    });
    kept.push(path);
    return path;
  };
  try {
    const rows: Iterable<BoardRow> = read.rows();
    const imported = await session.store.importRows({ rows, newIds, isDryRun, placeFile }, session.by(null));
    return { ...imported, files };
  } catch (error) {
    dropPaths(kept);
    throw aboutLine(error, name, read.line, newIds);
  }
}

function aboutLine(error: unknown, name: string, line: number, newIds: boolean): unknown {
  if (!(error instanceof BoardError) || (error.kind !== "usage" && error.kind !== "conflict")) return error;
  const isTaken = error.kind === "conflict" && /on this board already$/.test(error.message) && !newIds;
  return new BoardError(error.kind, `${name}, line ${line}: ${error.message}; nothing was imported`, {
    hint: isTaken
      ? "repeat the command with --new-ids to import it beside what is there"
      : "such a file comes from `kanbun export`: make it again",
    cause: error,
  });
}
