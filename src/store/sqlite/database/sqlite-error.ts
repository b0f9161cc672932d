import { SQLiteError } from "bun:sqlite";
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { BoardError } from "../../../board/error.ts";
import { movedHint } from "../../relocation.ts";
import { frozenMark } from "./frozen-mark.ts";

/** Turns what SQLite says into an error that says what to do; anything else passes unchanged. */
export function explainSqliteError(error: unknown, path: string): unknown {
  if (!(error instanceof SQLiteError)) return error;
  const code = error.code ?? "";
  const of = (prefix: string) => code.startsWith(prefix);
  if (of("SQLITE_BUSY") || of("SQLITE_LOCKED"))
    return new BoardError("busy", `another program is writing to ${path} and did not finish in time`, {
      hint: "try again; if it lasts, look for a program that holds a transaction open",
      cause: error,
    });
  if (of("SQLITE_FULL") || (code === "SQLITE_IOERR_SHMSIZE" && lacksRoomForIndex(path)))
    return new BoardError("disk_full", `the disk of ${path} is full: nothing was changed`, {
      hint: "free some space and run the command again; where there is enough, run `kanbun doctor`",
      cause: error,
    });
  if (code === "SQLITE_CONSTRAINT_TRIGGER" && error.message.startsWith(frozenMark))
    return new BoardError("conflict", `${error.message.slice(frozenMark.length)}: nothing was changed`, {
      hint: movedHint,
      cause: error,
    });
  if (isOfTables(code, error.message))
    return new BoardError(
      "unsupported",
      `the tables of ${path} are not as Kanbun made them (${error.message}): nothing was changed`,
      {
        hint: "run `kanbun doctor`: it says what another program changed; if it finds nothing, this is a bug in Kanbun",
        cause: error,
      },
    );
  if (of("SQLITE_NOTADB"))
    return new BoardError("not_a_board", `${path} is not a SQLite database`, {
      hint: "choose another home with --home, or move that file away and run `kanbun init`",
      cause: error,
    });
  if (of("SQLITE_CORRUPT"))
    return new BoardError("damaged", `${path} is damaged: ${error.message}`, {
      hint: "stop all writers, keep a copy, then run `kanbun doctor`",
      cause: error,
    });
  if (of("SQLITE_READONLY") || of("SQLITE_CANTOPEN") || of("SQLITE_PERM") || of("SQLITE_AUTH"))
    return new BoardError("unwritable", `${path} cannot be opened for this: ${error.message}`, {
      hint: "check that the folder and its files belong to you, that the disk is not mounted read-only, and that it has inodes left (`df -i`)",
      cause: error,
    });
  if (of("SQLITE_IOERR"))
    return new BoardError("unwritable", `the disk of ${path} gave an error (${code}): nothing was changed`, {
      hint: "check the disk and its free space, then run the command again",
      cause: error,
    });
  return error;
}

/** What no table as Kanbun makes it says: one that was changed, or a trigger that someone added. */
function isOfTables(code: string, message: string): boolean {
  return (
    /^SQLITE_(CONSTRAINT|MISMATCH)/.test(code) ||
    /^no such (table|column|function|module|collation)|has no column named/.test(message)
  );
}

/** The index of the log is a file, too, in steps of so many bytes: without room for it nothing can be read. */
const indexStepBytes = 32_768;

function lacksRoomForIndex(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < indexStepBytes;
  } catch {
    return false; // then it is an error of the disk, as SQLite says
  }
}
