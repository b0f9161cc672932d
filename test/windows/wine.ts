import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { signalProcess } from "../../native-shims/index.ts";
import { findMarkedProcesses } from "../support/marked-processes.ts";
import { requireBunForWindows } from "./bun-for-windows.ts";
import { missingCompiler } from "./mingw.ts";

/** A Windows of its own: a fresh Wine prefix in a temporary folder, and the real Bun for Windows. */
export interface Wine extends AsyncDisposable {
  /** The path of bun.exe, as Linux names it. */
  readonly bun: string;
  /** A folder for programs; it is on the PATH of everything that runs there, and goes with the prefix. */
  readonly programs: string;
  /** What the processes there need in their environment; the rest of ours is theirs too. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command line that runs a Windows program, named by its path on Linux. */
  command(program: string, ...args: string[]): string[];
}

/** As Windows under Wine names a file of ours. */
function windowsPath(path: string): string {
  return `Z:${path.replaceAll("/", "\\")}`;
}

const loader = ["/usr/lib/wine/wine64", Bun.which("wine64")].find((path) => path && existsSync(path));
const server = ["/usr/lib/wine/wineserver", Bun.which("wineserver")].find((path) => path && existsSync(path));

/** Takes about 12 s. A string says why there is none, and what to do about it. */
export async function setUpWine(): Promise<Wine | string> {
  if (!loader || !server) return "no wine64: apt-get install wine64";
  if (missingCompiler !== "") return missingCompiler;
  let bun: string;
  try {
    bun = requireBunForWindows();
  } catch (error) {
    return (error as Error).message;
  }
  const folder = mkdtempSync(join(tmpdir(), "kanbun-wine-"));
  const programs = join(folder, "programs");
  mkdirSync(programs);
  const env = {
    ...process.env,
    WINEPREFIX: join(folder, "prefix"),
    WINEARCH: "win64",
    WINEDEBUG: "-all",
    WINEPATH: windowsPath(programs),
    // Neither a browser, nor .NET, nor entries in someone's menus; and no window, wherever this runs.
    WINEDLLOVERRIDES: "mscoree,mshtml=;winemenubuilder.exe=d",
    DISPLAY: undefined,
  };
  const run = (command: string[]) =>
    Bun.spawn(command, { env, stdin: "ignore", stdout: "pipe", stderr: "ignore", timeout: 180_000 });
  const wine: Wine = {
    bun,
    programs,
    env,
    command: (program, ...args) => [loader, windowsPath(program), ...args],
    async [Symbol.asyncDispose]() {
      // Ends every process of this prefix, and of no other; then those that its server lost.
      await run([server, "-k"]).exited;
      await run([server, "-w"]).exited;
      for (const ref of findMarkedProcesses("WINEPREFIX", env.WINEPREFIX)) signalProcess(ref, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await run([loader, "wineboot", "--init"]).exited;
  const version = (await new Response(run(wine.command(bun, "--version")).stdout).text()).trim();
  if (version === Bun.version) return wine;
  await wine[Symbol.asyncDispose]();
  return `Bun for Windows says "${version}" instead of ${Bun.version} under this Wine`;
}
