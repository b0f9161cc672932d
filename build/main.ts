// `bun run build [target…]`: the files of the npm package, and the standalone executables of all platforms with their checksums, in
// dist/; or only those named, `package` among them.
import { createHash } from "node:crypto";
import { createReadStream, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { buildExecutable } from "./executable.ts";
import { buildPackageFiles } from "./package-files.ts";
import { requireTarget, type TargetName, targets } from "./targets.ts";

const folder = resolve(import.meta.dir, "../dist");

const names = readNames();
if (names.executables.length > 0) await buildExecutables(names.executables);
if (names.hasPackage) console.log(`dist/${basename(await buildPackageFiles(folder))}`);

async function buildExecutables(targetNames: readonly TargetName[]): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const lines: string[] = [];
  for (const name of targetNames) {
    const path = await buildExecutable(name, folder);
    lines.push(`${await sha256(path)}  ${basename(path)}\n`);
    console.log(`dist/${basename(path)}`);
  }
  await Bun.write(join(folder, "SHA256SUMS"), lines.join(""));
  console.log("dist/SHA256SUMS");
}

function readNames(): { readonly executables: readonly TargetName[]; readonly hasPackage: boolean } {
  try {
    const given = process.argv.slice(2);
    const all = given.length === 0 ? ["package", ...Object.keys(targets)] : given;
    return {
      executables: all.filter((name) => name !== "package").map(requireTarget),
      hasPackage: all.includes("package"),
    };
  } catch (error) {
    console.error(`build: ${(error as Error).message}`);
    process.exit(2);
  }
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}
