import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { type FileLock, tryLockFile } from "../../native-shims/index.ts";

const top = resolve(import.meta.dir, "../..");

const cache = join(top, "node_modules/.cache/kanbun-tests");
const keptMs = 2 * 3_600_000;

/** What the command line is built from. */
const sources = new Bun.Glob("{src,native-shims,build}/**/*");
const besides = ["package.json", "bun.lock", "tsconfig.json"];

/** In the environment of the processes of a run: where it is, so that only the first one of them reads all of the source. */
const builtVariable = "KANBUN_TEST_BUILT";

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
 * The command line as the package has it, built from the source as it was when the run began. It is built once for each
 * state of the source, whichever process asks first, and kept for two hours after its last use.
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
  const known = process.env[builtVariable];
  if (known !== undefined) return known;
  const folder = join(cache, digestOfSource());
  if (!existsSync(folder)) build(folder);
  const now = new Date();
  utimesSync(folder, now, now);
  process.env[builtVariable] = folder;
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

/** Of what is in it: a checkout that was made anew, or went to another branch and back, is built from the same. */
function digestOfSource(): string {
  const hash = new Bun.CryptoHasher("sha256").update(`${Bun.version} ${Bun.revision}\n`);
  for (const path of [...sources.scanSync(top), ...besides].sort()) {
    const content = readFileSync(join(top, path));
    hash.update(`${path} ${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}
