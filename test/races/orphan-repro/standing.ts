import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ProcessRef, probeProcess, signalProcess } from "../../../native-shims/index.ts";

interface Member {
  readonly name: string;
  readonly ref: ProcessRef;
}

const isWindows = process.platform === "win32";

/**
 * How dispatchers of the race are stopped, continued and sent home: by signals. Windows has none: there they look for
 * files of their name, where a signal would find them at the worst, and stand still for as long as one is there.
 */
export class Standing {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** false: it is gone. */
  stop({ name, ref }: Member): boolean {
    if (!isWindows) return signalProcess(ref, "SIGSTOP");
    writeFileSync(this.#path("stop", name), "");
    return probeProcess(ref) !== "dead";
  }

  continue({ name, ref }: Member): void {
    if (isWindows) rmSync(this.#path("stop", name), { force: true });
    else signalProcess(ref, "SIGCONT");
  }

  /** It finishes the tick that it is in. */
  sendHome({ name, ref }: Member): void {
    if (isWindows) writeFileSync(this.#path("home", name), "");
    else signalProcess(ref, "SIGTERM");
  }

  /** For the process itself: stops until it is continued. */
  standStill(name: string): void {
    if (!isWindows) process.kill(process.pid, "SIGSTOP");
    else {
      writeFileSync(this.#path("stop", name), "");
      this.obey(name);
    }
  }

  /** For the process itself, on Windows: stands still as long as it is told to. */
  obey(name: string): void {
    while (isWindows && existsSync(this.#path("stop", name))) Bun.sleepSync(2);
  }

  isSentHome(name: string): boolean {
    return isWindows && existsSync(this.#path("home", name));
  }

  #path(what: "stop" | "home", name: string): string {
    return join(this.#folder, `${what}-${name}`);
  }
}
