import { findProcessesByEnv, type ProcessRef, signalProcess } from "../../../native-shims/index.ts";

/** Everything that must not outlive the harness: its own processes, and the workers of its homes. */
export class Wards {
  readonly #processes: ProcessRef[] = [];
  readonly #homes = new Set<string>();

  add(ref: ProcessRef): void {
    this.#processes.push(ref);
  }

  addHome(home: string): void {
    this.#homes.add(home);
  }

  /** Kills all of them, at once and without waiting: also fit for a signal handler. */
  endAll(): void {
    for (const ref of this.#processes.splice(0)) signalProcess(ref, "SIGKILL");
    // More than once: a shim that was just being forked may not have been there to be found.
    for (let pass = 0; pass < 5; pass++) {
      const found = findProcessesByEnv("KANBUN_HOME", this.#homes);
      if (found?.size === 0) return;
      for (const refs of found?.values() ?? []) for (const ref of refs) signalProcess(ref, "SIGKILL");
      Bun.sleepSync(20);
    }
  }
}
