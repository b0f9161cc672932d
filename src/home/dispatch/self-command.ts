import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { BoardError } from "../../board/error.ts";

/** Defined by the build of the package, whose program is the file that was started. */
declare const kanbunIsPackage: true | undefined;

/** How this very Kanbun is started: a standalone executable is itself; otherwise it is Bun with the file that was started. */
export function selfCommand(): readonly string[] {
  // Not told by the path of this file: within an executable it begins otherwise on Windows than elsewhere.
  if (Bun.isStandaloneExecutable) return [process.execPath];
  if (typeof kanbunIsPackage !== "undefined") return [process.execPath, Bun.main];
  // Written out here: the build of the package can leave out this line, but not a function that it calls.
  return [process.execPath, resolve(import.meta.dir, "../../cli/main.ts")];
}

/**
 * The same for another program, which has imported us: what was started is not Kanbun then.
 * @throws {BoardError} unsupported where our own program isn't beside us, as in a program that was compiled
 */
export function importedCommand(): readonly string[] {
  const programs = ["../../cli/main.ts", "../../../dist/kanbun.js"].map((path) =>
    resolve(import.meta.dir, path),
  );
  const program = programs.find((path) => existsSync(path));
  if (!Bun.isStandaloneExecutable && program !== undefined) return [process.execPath, program];
  throw new BoardError(
    "unsupported",
    "no worker can be started: Kanbun's own program is not beside this one",
    {
      hint: "say how it is started, in the option `kanbun` of openHome",
    },
  );
}
