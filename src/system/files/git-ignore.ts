import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "../system-error.ts";

/**
 * Keeps a folder of ours, and all in it, out of what git says of the repository around it, by a file within: the
 * repository's own files stay as they are. One that is there is left alone; where none can be made git shows the folder.
 */
export function hideFromGit(folder: string): void {
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx", mode: 0o600 });
  } catch (error) {
    if (systemErrorCode(error) === null) throw error;
  }
}
