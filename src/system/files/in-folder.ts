import { mkdirSync } from "node:fs";

/** Does what makes something in `folder`; only where that is missing it is made first, readable by no one else: as a rule it is there. */
export function inFolder<Result>(folder: string, make: () => Result): Result {
  try {
    return make();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return make();
  }
}
