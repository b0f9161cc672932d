import { join } from "node:path";

const compiler = "x86_64-w64-mingw32-gcc";

/** Empty, or what is to be installed. */
export const missingCompiler =
  Bun.which(compiler) === null ? `no ${compiler}: apt-get install gcc-mingw-w64-x86-64` : "";

/**
 * Compiles C programs of this folder for Windows.
 * @param output a path that ends in .exe or .dll
 * @throws {Error} with the compiler's words
 */
export function compileForWindows(output: string, sources: readonly string[], libraries: readonly string[]) {
  const kind = output.endsWith(".dll") ? ["-shared"] : ["-municode"];
  const files = sources.map((name) => join(import.meta.dir, name));
  const options = ["-O1", "-s", "-Wall", "-Werror", ...kind, "-o", output];
  const linked = libraries.map((name) => `-l${name}`);
  const built = Bun.spawnSync([compiler, ...options, ...files, ...linked]);
  if (!built.success) throw new Error(`${output} was not built: ${built.stderr}`);
}
