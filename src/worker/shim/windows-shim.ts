import { openSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { endTreeWithThisProcess, identifyProcess } from "../../../native-shims/index.ts";
import { runMark } from "../spawn/environment.ts";
import { makeWorktree } from "../workspace/make-worktree.ts";
import { quoteForWindows } from "./windows-command-line.ts";
import { workspaceFailure } from "./workspace-script.ts";

/**
 * What the POSIX shim does, step by step: wins the run's start or leaves without a trace, stays the worker's parent, and
 * writes down how the worker ended. All that it starts is in a job that ends with it.
 * @param words what `shimArguments` puts behind `windowsShimWord`
 */
export async function runWindowsShim(words: readonly string[]): Promise<void> {
  const [runFolder = "", inputPath = "", cwd = "", path = "", repository = "", branch = "", ...command] =
    words;
  if (!tryWinStart(runFolder)) return;
  const log = openSync(join(runFolder, "output.log"), "a");
  const end = (record: string) =>
    writeFileSync(join(runFolder, "exit"), `${record} ${process.env[runMark]}\n`, { flag: "wx" });
  try {
    await endTreeWithThisProcess();
    const made = path === "" ? 0 : makeWorktree({ path, repository, branch }, log);
    if (made !== 0) end(`${made} worktree`);
    else if (!isFolder(cwd)) {
      writeSync(log, `no such directory: ${cwd}\n`);
      end(`${workspaceFailure.forGood} cwd`);
    } else {
      end(String(await startWorker(command, cwd, [openSync(inputPath, "r"), log, log]).exited));
    }
  } catch (error) {
    writeSync(log, `cannot start the worker: ${(error as Error).message}\n`);
    end("126");
  }
}

/** An exclusive create, as `RunDirectory.tryGiveUpStart` does it: one of the two wins. */
function tryWinStart(runFolder: string): boolean {
  const startTime = identifyProcess(process.pid)?.startTime ?? "";
  const line = `${process.pid} ${startTime} ${process.env[runMark]}\n`;
  try {
    writeFileSync(join(runFolder, "start"), line, { flag: "wx", mode: 0o600 });
    return true;
  } catch {
    return false; // another has won it, or no one can: then the dispatcher gives up on it
  }
}

function startWorker([program = "", ...rest]: string[], cwd: string, stdio: [number, number, number]) {
  return Bun.spawn([program, ...rest.map(quoteForWindows)], {
    argv0: quoteForWindows(program),
    cwd,
    stdio,
    windowsHide: true, // and with it a console of its own that no one sees
    windowsVerbatimArguments: true,
  });
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
