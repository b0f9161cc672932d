import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { compileForWindows } from "./mingw.ts";

const name = "bun.exe";

/**
 * The real bun.exe with the library beside it that Debian's Wine lacks: fetched once, and kept in the user's cache.
 * @throws {Error} when it cannot be fetched: the package manager's last words.
 */
export function requireBunForWindows(): string {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kanbun-tests");
  const folder = join(cache, `bun-${Bun.version}-windows-x64`);
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(cache, { recursive: true });
  const draft = mkdtempSync(join(cache, "fetch-"));
  try {
    fetchInto(draft);
    const ready = join(draft, "ready");
    mkdirSync(ready);
    renameSync(join(draft, "node_modules/@oven/bun-windows-x64-baseline/bin", name), join(ready, name));
    compileForWindows(join(ready, "bcryptprimitives.dll"), ["bcryptprimitives.c"], ["advapi32"]);
    // Of two that fetch at once the later finds a folder that is there, and uses it.
    if (!existsSync(path)) renameSync(ready, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return path;
}

/** By its lock file, so that it is the very file that was tried; Bun takes it for another system when told to. */
function fetchInto(folder: string): void {
  for (const file of ["package.json", "bun.lock"])
    copyFileSync(join(import.meta.dir, "runtime", file), join(folder, file));
  const options = ["--frozen-lockfile", "--ignore-scripts", "--os", "win32", "--cpu", "x64"];
  const fetched = Bun.spawnSync([process.execPath, "install", ...options, "--backend", "copyfile"], {
    cwd: folder,
    stderr: "pipe",
    timeout: 300_000,
  });
  if (fetched.success) return;
  const lastWords = String(fetched.stderr).trim().split("\n").at(-1);
  throw new Error(`Bun for Windows could not be fetched: ${lastWords}`);
}
