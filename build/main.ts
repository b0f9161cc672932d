// `bun run build [target…]`: the standalone executables of all platforms, or of those named, and their checksums, in dist/.
import { createHash } from "node:crypto";
import { createReadStream, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { buildExecutable } from "./executable.ts";
import { requireTarget, type TargetName, targets } from "./targets.ts";

const folder = resolve(import.meta.dir, "../dist");

const names = readNames();
rmSync(folder, { recursive: true, force: true });
const lines: string[] = [];
for (const name of names) {
  const path = await buildExecutable(name, folder);
  lines.push(`${await sha256(path)}  ${basename(path)}\n`);
  console.log(`dist/${basename(path)}`);
}
await Bun.write(join(folder, "SHA256SUMS"), lines.join(""));
console.log("dist/SHA256SUMS");

function readNames(): TargetName[] {
  try {
    const given = process.argv.slice(2);
    return (given.length === 0 ? Object.keys(targets) : given).map(requireTarget);
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
