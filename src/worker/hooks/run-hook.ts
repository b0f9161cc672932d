import { constants } from "node:os";
import { endGroup } from "../tree/end-group.ts";

/** How a hook, or a worker, ended: its exit code, or 128 and the number of the signal. */
export interface HookEnd {
  readonly code: number;
  /** It took too long, and was ended. */
  readonly isTimedOut: boolean;
}

interface HookPlace {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs: number;
  /** Ends it at once. */
  readonly signal: AbortSignal;
}

/** Runs a shell command with its output in the run's log. What is left of it when its time is over is killed with it. */
export async function runHook(command: string, { cwd, env, timeoutMs, signal }: HookPlace): Promise<HookEnd> {
  const isWindows = process.platform === "win32";
  const words = isWindows ? ["cmd", "/d", "/s", "/c", `"${command}"`] : ["/bin/sh", "-c", command];
  const child = Bun.spawn(words, {
    cwd,
    env: { ...env },
    // Both to standard error: on standard output this process may answer with a document.
    stdio: ["ignore", 2, 2],
    // A group of its own, so that all of it can be ended.
    detached: !isWindows,
    windowsHide: true,
    windowsVerbatimArguments: isWindows,
  });
  let isTimedOut = false;
  const end = () => endGroup(child.pid);
  const timer = setTimeout(() => {
    isTimedOut = true;
    end();
  }, timeoutMs);
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  try {
    await child.exited;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
  }
  return { code: exitCodeOf(child), isTimedOut };
}

/** As a shell says it. */
export function exitCodeOf(child: {
  readonly exitCode: number | null;
  readonly signalCode: string | number | null;
}): number {
  const { exitCode, signalCode } = child;
  if (typeof signalCode === "number") return 128 + signalCode;
  if (signalCode !== null) return 128 + (constants.signals[signalCode as NodeJS.Signals] ?? 0);
  return exitCode ?? 1;
}
