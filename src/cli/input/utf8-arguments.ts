import { readFileSync } from "node:fs";
import { BoardError } from "../../board/error.ts";

/**
 * Refuses words that were typed in bytes that are no UTF-8: decoded, they name something else than was meant, and two
 * files or homes become one. Where the system doesn't tell what was typed, they pass.
 * @throws {BoardError} usage
 */
export function requireUtf8Arguments(argv: readonly string[]): void {
  const at = argv.findIndex((word) => word.includes("\uFFFD"));
  if (at === -1 || isCommandLineUtf8()) return;
  throw new BoardError("usage", `argument ${at + 1} is not UTF-8 text: ${argv[at]}`, {
    hint: "rename the file or folder, or type it in UTF-8",
  });
}

/** U+FFFD may have been typed as such. */
function isCommandLineUtf8(): boolean {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync("/proc/self/cmdline");
  } catch {
    return true; // no /proc, as on macOS, whose names are always UTF-8
  }
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false; // that is what was asked
  }
}
