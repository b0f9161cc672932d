import { type ProcessRef, toRef } from "./process-ref.ts";
import type { RootState, StartedTree, TreeStart } from "./started-tree.ts";

/** A root that Bun started, in a session of its own: what it leaves behind goes to init. */
export class SpawnedTree implements StartedTree {
  readonly process: ProcessRef | null;
  readonly #child: Bun.Subprocess;

  constructor({ command, env, logFd }: TreeStart, readStartTime: (pid: number) => string | null) {
    // There the shim opens its log itself, and what Wine says of it is no worker's word.
    const output = process.platform === "win32" ? "ignore" : logFd;
    this.#child = Bun.spawn([...command], {
      detached: true,
      // The root, so that no folder of anyone's is kept: the one that a process runs in can't be removed.
      cwd: process.platform === "win32" ? (process.env.SystemRoot ?? "C:\\") : "/",
      env,
      stdin: "ignore",
      stdout: output,
      stderr: output,
      windowsHide: true,
    });
    this.#child.unref();
    this.process = toRef(this.pid, readStartTime(this.pid));
  }

  get pid(): number {
    return this.#child.pid;
  }

  state(): RootState {
    const { exitCode, signalCode } = this.#child;
    return exitCode === null && signalCode === null ? "running" : { exitCode };
  }

  onChange(listener: () => void): void {
    void this.#child.exited.then(listener);
  }
}
