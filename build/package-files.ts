import { join, resolve } from "node:path";
import { $, type BunPlugin } from "bun";
import { leanCommander } from "./lean-commander.ts";
import { buildPage } from "./page.ts";
import { rareCommands } from "./rare-commands.ts";

/**
 * Makes in `folder` what the npm package runs: the page, `kanbun.js` for most commands, `kanbun-all.js` for the rare ones, each
 * with its bytecode beside it: a command starts in half the time that it takes from source. Another Bun than the one it was
 * made with reads the files instead. The manual page that it prints is written beside them.
 * @returns the path of `kanbun.js`, which starts the other
 * @throws {AggregateError} with what Bun says.
 */
export async function buildPackageFiles(folder: string): Promise<string> {
  await buildPage(join(folder, "page.json"));
  await buildProgram("../src/cli/main.ts", { folder, name: "kanbun-all.js", plugins: [leanCommander] });
  await buildProgram("everyday-program.ts", {
    folder,
    name: "kanbun.js",
    plugins: [leanCommander, withoutRareCommands],
  });
  const program = join(folder, "kanbun.js");
  await Bun.write(join(folder, "kanbun.1"), await $`${process.execPath} ${program} man`.text());
  return program;
}

async function buildProgram(
  entry: string,
  { folder, name, plugins }: { folder: string; name: string; plugins: BunPlugin[] },
): Promise<void> {
  await Bun.build({
    entrypoints: [resolve(import.meta.dir, entry)],
    outdir: folder,
    naming: name,
    target: "bun",
    // Bun makes bytecode outside of an executable for this format alone, and then can't split a program by itself.
    format: "cjs",
    bytecode: true,
    // What KANBUN_DEBUG shows still has names.
    minify: { whitespace: true, syntax: true },
    define: { kanbunIsPackage: "true" },
    plugins,
  });
}

/** In their place is what only a mistake of ours can reach. */
const withoutRareCommands: BunPlugin = {
  name: "without rare commands",
  setup: (build) => {
    build.onResolve({ filter: /kanbun-all\.js$/ }, ({ path }) => ({ path, external: true }));
    const filter = new RegExp(`[/\\\\]cli[/\\\\]commands[/\\\\](${rareCommands.join("|")})\\.ts$`);
    const contents = `export function defineCommand() { throw new Error("this command is in kanbun-all.js"); }`;
    build.onLoad({ filter }, () => ({ contents, loader: "js" }));
  },
};
