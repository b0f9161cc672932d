import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import benchJson from "./package.json" with { type: "json" };

/**
 * What is compared with is no dependency of the product: it is fetched into this folder when it is first needed, and
 * when other versions are. Whether it was: this process has looked for it already, and will not find it any more.
 * @throws {Error} when that fails
 */
export async function installPeers(): Promise<boolean> {
  const isThere = Object.entries(benchJson.dependencies).every(
    ([name, version]) => installedVersion(name) === version,
  );
  if (isThere) return false;
  const child = Bun.spawn([process.execPath, "install", "--frozen-lockfile"], {
    cwd: import.meta.dir,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "inherit",
  });
  if ((await child.exited) !== 0)
    throw new Error("the packages that are compared with could not be installed; --no-peers leaves them out");
  return true;
}

function installedVersion(name: string): string | null {
  const path = join(import.meta.dir, "node_modules", name, "package.json");
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).version : null;
}
