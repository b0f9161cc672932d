import { BoardError } from "../board/error.ts";
import { systemErrorCode } from "../system/system-error.ts";

/** Turns the system's refusal to write at `path` into an error that says what to do; anything else passes unchanged. */
export function explainFileError(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT")
    return new BoardError("disk_full", `the disk of ${path} is full: nothing was changed`, {
      hint: "free some space; the next tick continues",
      cause: error,
    });
  if (code !== null)
    return new BoardError("unwritable", `cannot write ${path}: ${(error as Error).message}`, {
      hint: "check who owns that file and its folder, and that the disk is not mounted read-only",
      cause: error,
    });
  return error;
}
