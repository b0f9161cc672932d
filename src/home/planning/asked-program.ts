import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { identifyProcess } from "../../../native-shims/index.ts";
import { wait } from "../../system/wait.ts";
import type { RunDirectory } from "../../worker/run-directory.ts";
import { findMarked } from "../../worker/tree/run-tree.ts";
import { signalRun } from "../../worker/tree/stop.ts";

const lookMs = 50;
const killingMsMax = 5_000;
const never = new AbortController().signal;

export interface AskedHow {
  readonly cwd: string;
  /** With the mark `token` in it. */
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
  readonly directory: RunDirectory;
  /** Whether its standard input is the prompt. */
  readonly readsPrompt: boolean;
  readonly timeoutMs: number;
  /** From TERM to KILL. */
  readonly graceMs: number;
  /** Ends it as the time-out does. */
  readonly signal: AbortSignal;
}

/** How it ended: by its exit code, which is null where a signal ended it, or because its time was over. */
export interface AskedEnd {
  readonly code: number | null;
  readonly isTimedOut: boolean;
}

/**
 * Runs a program to its end, with its output in the log. When it ends, or is to end, so does all that it has started, wherever
 * that went: TERM, and KILL when the grace is over, until nothing of it is left.
 */
export async function runAsked(command: readonly string[], how: AskedHow): Promise<AskedEnd> {
  const input = openSync(how.readsPrompt ? how.directory.filePath("prompt.md") : devNull, "r");
  const log = how.directory.openLog();
  try {
    const child = Bun.spawn([...command], {
      cwd: how.cwd,
      env: { ...how.env },
      stdio: [input, log, log],
      // A group of its own, so that all of it can be ended.
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    const shim = identifyProcess(child.pid);
    const over = new AbortController();
    void child.exited.then(() => over.abort());
    await wait(how.timeoutMs, AbortSignal.any([over.signal, how.signal]));
    const isTimedOut = !over.signal.aborted && !how.signal.aborted;
    await endAll({ token: how.token, shim, isRoot: false }, how.graceMs);
    await child.exited;
    return { code: child.exitCode, isTimedOut };
  } finally {
    closeSync(input);
    closeSync(log);
  }
}

async function endAll(tree: Parameters<typeof signalRun>[0], graceMs: number): Promise<void> {
  const isLeft = () => findMarked(tree.token)?.length !== 0;
  if (!isLeft()) return;
  signalRun(tree, "SIGTERM");
  for (let waitedMs = 0; waitedMs < graceMs; waitedMs += lookMs) {
    await wait(lookMs, never);
    if (!isLeft()) return;
  }
  // Again and again: one that was forked during a look is seen by the next. What can't be killed is not waited for without end.
  for (let waitedMs = 0; waitedMs < killingMsMax && isLeft(); waitedMs += lookMs) {
    signalRun(tree, "SIGKILL");
    await wait(lookMs, never);
  }
}
