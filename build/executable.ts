import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BunPlugin } from "bun";
import { signAdHoc } from "./ad-hoc-signature.ts";
import { leanCommander } from "./lean-commander.ts";
import { buildPage } from "./page.ts";
import { type TargetName, targets } from "./targets.ts";

const entryPoint = resolve(import.meta.dir, "../src/cli/main.ts");

/**
 * Makes the standalone executable of a platform in `folder`; its path. Bun takes the runtime of a platform that it has
 * not met yet from the npm registry.
 * @param target "host": this very Bun, for this machine
 * @param plugins in place of what the source has
 * @throws {AggregateError} with what Bun says.
 */
export async function buildExecutable(
  target: TargetName | "host",
  folder: string,
  plugins: readonly BunPlugin[] = [],
): Promise<string> {
  const name = `kanbun-${target}${target.startsWith("windows") ? ".exe" : ""}`;
  mkdirSync(folder, { recursive: true });
  // Bun writes the source maps beside it as well, though it has them inside.
  const draft = mkdtempSync(join(folder, "building-"));
  try {
    const page = await buildPage(join(draft, "page.json"));
    await Bun.build({
      entrypoints: [entryPoint],
      target: "bun",
      // One chunk per command, its bytecode ready: a command starts in half the time. Smaller code made no difference.
      splitting: true,
      format: "esm",
      bytecode: true,
      // What KANBUN_DEBUG shows names the lines of the source.
      sourcemap: "linked",
      plugins: [...plugins, leanCommander, withPage(page)],
      compile: {
        ...(target === "host" ? {} : { target: targets[target] }),
        outfile: join(draft, name),
        // Or a file that lies in someone's project would change what Kanbun does there; a bunfig.toml even runs code.
        autoloadDotenv: false,
        autoloadBunfig: false,
      },
    });
    if (target === "macos-x64") replaceSignature(join(draft, name));
    renameSync(join(draft, name), join(folder, name));
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return join(folder, name);
}

/** Puts the built page into the executable, where the source says that there is none yet. */
function withPage(path: string): BunPlugin {
  const contents = `import page from ${JSON.stringify(path)} with { type: "file" };\nexport const builtPage = page;\n`;
  return {
    name: "page",
    setup: (build) => {
      build.onLoad({ filter: /[/\\]built-page\.ts$/ }, () => ({ contents, loader: "ts" }));
    },
  };
}

/** Bun signs what it makes for arm64; for x64 it leaves the signature of its bare runtime, which is wrong by now. */
function replaceSignature(path: string): void {
  writeFileSync(path, signAdHoc(readFileSync(path), "kanbun"));
}
