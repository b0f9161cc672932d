import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { BoardRow, ExportedRows, ExportOptions } from "../../store/exchange.ts";
import { fileBytesMax } from "../../worker/workspace/kept-file.ts";
import type { Session } from "../session/session.ts";
import { exportVersion } from "./export-version.ts";

/** What is exported, and how. */
export interface ExportChoice extends Pick<ExportOptions, "filter" | "ids"> {
  /** With the content of attachments, as base64. */
  readonly withFiles?: boolean;
}

/** What came of it. */
export interface Exported extends ExportedRows {
  /** Attachments whose file could not be taken along, though it was asked for. */
  readonly filesLeftOut: number;
}

/**
 * Hands on the board as lines of JSON: a head, a line for each row, an end. One line at a time, so that what it takes does not
 * grow with the board; all of them are of one moment.
 * @param onLine must not wait for anybody: as long as it lasts, the board's log can't be emptied
 */
export async function exportBoard(
  { store, place }: Pick<Session, "store" | "place">,
  { withFiles = false, ...choice }: ExportChoice,
  onLine: (line: string) => void,
): Promise<Exported> {
  let filesLeftOut = 0;
  const head = { version: exportVersion, board: place.board, exported_at_ms: Date.now(), files: withFiles };
  onLine(JSON.stringify({ kanbun_export: head }));
  const exported = await store.exportRows({
    ...choice,
    onRow: ({ table, values }) => {
      const isFile = withFiles && table === "task_attachments";
      const content = isFile ? readContent(values, place.paths.attachments) : null;
      if (isFile && content === null) filesLeftOut += 1;
      onLine(JSON.stringify({ [table]: values, ...(content === null ? {} : { content }) }));
    },
  });
  onLine(JSON.stringify({ end: { tasks: exported.tasks, rows: exported.rows } }));
  return { ...exported, filesLeftOut };
}

/** Only of a file in the board's own folder: what another program names may be anywhere, and never answer. */
function readContent(
  { stored_path: path, task_id: task }: BoardRow["values"],
  attachments: string,
): string | null {
  if (typeof path !== "string" || typeof task !== "string") return null;
  if (dirname(resolve(path)) !== resolve(join(attachments, task))) return null;
  try {
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
    try {
      const stats = fstatSync(fd);
      return stats.isFile() && stats.size <= fileBytesMax ? readFileSync(fd).toString("base64") : null;
    } finally {
      closeSync(fd);
    }
  } catch {
    return null; // the caller counts it
  }
}
