import { join, resolve } from "node:path";
import { type TargetName, targets } from "./targets.ts";

const entryPoint = resolve(import.meta.dir, "../src/cli/main.ts");

/**
 * Makes the standalone executable of a platform in `folder`; its path. Bun takes the runtime of a platform for which it
 * has none from the npm registry, once.
 * @throws {AggregateError} with what Bun says.
 */
export async function buildExecutable(target: TargetName, folder: string): Promise<string> {
  const name = `kanbun-${target}${target.startsWith("windows") ? ".exe" : ""}`;
  const outfile = join(folder, name);
  await Bun.build({
    entrypoints: [entryPoint],
    target: "bun",
    // The names in a stack trace are worth more than the bytes they take.
    minify: { whitespace: true, syntax: true },
    // One chunk per command, its bytecode ready: a command starts in half the time.
    splitting: true,
    format: "esm",
    bytecode: true,
    compile: {
      target: targets[target],
      outfile,
      // Or a file that lies in somebody's project would change what Kanbun does there, a bunfig.toml even by running code.
      autoloadDotenv: false,
      autoloadBunfig: false,
    },
  });
  return outfile;
}
