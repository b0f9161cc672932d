import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { type FileLock, tryLockFile } from "../../native-shims/index.ts";

const top = resolve(import.meta.dir, "../..");

const cache = join(top, "node_modules/.cache/kanbun-tests");
const keptMs = 2 * 3_600_000;

/** What the command line is built from. */
const sources = new Bun.Glob("{src,native-shims,build}/**/*");

/** What makes both; an executable only where Bun makes one that needs no signature. */
const buildBoth = `
  const [top, folder] = process.argv.slice(-2);
  const [{ buildPackageFiles }, { buildExecutable }] = [
    await import(top + "/build/package-files.ts"),
    await import(top + "/build/executable.ts"),
  ];
  await buildPackageFiles(folder);
  if (process.platform === "linux") await buildExecutable("host", folder);
`;

/**
 * The command line as the package has it, built from the source as it is now. It is built once for each state of the source,
 * whichever process asks first, and kept.
 * @returns the path of its file. On Windows that of the source: Wine's tests run few commands, and Bun builds nothing there.
 */
export function builtProgram(): string {
  if (process.platform === "win32") return join(top, "src/cli/main.ts");
  return join(builtFolder(), "kanbun.js");
}

/**
 * How a test starts the command line where it makes no difference how that was installed: as the executable where there is one,
 * since a command of it costs two thirds of one of the package, and a fifth of one from source, and the tests run thousands.
 */
export function builtCommand(): readonly string[] {
  if (process.platform !== "linux") return [process.execPath, builtProgram()];
  return [join(builtFolder(), "kanbun-host")];
}

function builtFolder(): string {
  const folder = join(cache, stateOfSource());
  if (!existsSync(folder)) build(folder);
  return folder;
}

function build(folder: string): void {
  mkdirSync(cache, { recursive: true });
  // Several processes of tests begin at once: one of them builds, and the others wait for it.
  using _lock = waitForLock(`${folder}.lock`);
  if (existsSync(folder)) return;
  const unfinished = `${folder}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "-e", buildBoth, top, unfinished]);
  if (exitCode !== 0) throw new Error(`the command line can't be built: ${stderr}`);
  for (const name of readdirSync(cache)) {
    const path = join(cache, name);
    if (Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()) > keptMs)
      rmSync(path, { recursive: true, force: true });
  }
  renameSync(unfinished, folder);
}

/** Ends with its process, however that ends. */
function waitForLock(path: string): FileLock {
  for (;;) {
    const lock = tryLockFile(path);
    if (lock !== null) return lock;
    Bun.sleepSync(100);
  }
}

function stateOfSource(): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const path of [...sources.scanSync(top)].sort()) {
    const { mtimeMs, size } = statSync(join(top, path));
    hash.update(`${path} ${mtimeMs} ${size}\n`);
  }
  return hash.digest("hex").slice(0, 16);
}
