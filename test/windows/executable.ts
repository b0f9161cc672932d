import { copyFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { buildExecutable } from "../../build/executable.ts";
import type { Wine } from "./wine.ts";

const library = "bcryptprimitives.dll";

/** Builds the executable for Windows as it is given to people; its path. Beside it the library that Wine lacks. */
export async function buildForWine({ bun, programs }: Wine): Promise<string> {
  copyFileSync(join(dirname(bun), library), join(programs, library));
  return buildExecutable("windows-x64", programs);
}
