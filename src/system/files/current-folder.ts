import { ConfigError } from "../config/config-error.ts";
import { requireUtf8Path } from "./utf8-path.ts";

/** Set by the program that workers find as `kanbun`, where they called it in a folder that was removed: it left that. */
export const removedFolderVariable = "KANBUN_FOLDER_REMOVED";

/**
 * The current folder, absolute. To be asked for only where something relative needs it: a worker's own may be gone.
 * @throws {ConfigError} when it was removed, or its name is no UTF-8
 */
export function currentFolder(): string {
  let folder: string;
  try {
    if (process.env[removedFolderVariable] !== undefined) throw new Error("it was removed");
    folder = process.cwd();
  } catch (error) {
    throw new ConfigError(
      [
        {
          file: "the current folder",
          line: null,
          key: null,
          expected: "one that is there (cd to another, or give absolute paths and --home)",
          found: "one that was removed",
        },
      ],
      { cause: error },
    );
  }
  return requireUtf8Path("the current folder", folder);
}
