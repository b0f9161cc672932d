import { appendFileSync, existsSync, mkdirSync, openSync, rmdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type ProcessRef, readProcessEnv } from "../../../native-shims/index.ts";
import { findMarkedProcesses } from "../../support/marked-processes.ts";
import type { NetworkHost } from "./network.ts";

const main = resolve(import.meta.dir, "../../../src/cli/main.ts");

export interface HostPlace {
  readonly network: NetworkHost;
  readonly folder: string;
  readonly url: string;
  readonly leaseS: number;
  readonly slots: number;
  readonly hasPidNamespace: boolean;
}

/** A home of its own in a network of its own, with some dispatchers. */
export class HostUnderTest {
  readonly home: string;
  readonly name: string;
  readonly #place: HostPlace;
  #dispatchers: Bun.Subprocess[] = [];

  constructor(place: HostPlace) {
    this.#place = place;
    this.name = place.network.name;
    this.home = join(place.folder, this.name);
    mkdirSync(this.home, { recursive: true });
    writeFileSync(
      join(this.home, "kanbun.toml"),
      `[dispatch]\nmax_in_progress = ${place.slots}\n\n[stores.team]\nurl = "${place.url}"\nlease = "${place.leaseS}s"\n`,
    );
  }

  get network(): NetworkHost {
    return this.#place.network;
  }

  get isUp(): boolean {
    return this.#dispatchers.some(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  }

  /** Runs a command of it there. @throws {Error} with what it said */
  async run(args: readonly string[], stdin = ""): Promise<string> {
    const child = Bun.spawn([...this.network.command, process.execPath, main, ...args], {
      env: this.#env(),
      stdin: Buffer.from(stdin),
      stdout: "pipe",
      stderr: "pipe",
    });
    const [out, err, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    if (code !== 0) throw new Error(`${args.join(" ")} on ${this.name}: ${err}`);
    return out;
  }

  start(count: number): void {
    const log = openSync(join(this.home, "dispatch.log"), "a");
    const namespace = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
    for (let at = 0; at < count; at++) {
      // All of a host's are in one: the second and further dispatchers of a host are for hosts without.
      const within = this.#place.hasPidNamespace ? namespace : [];
      const command = [
        ...this.network.command,
        ...within,
        process.execPath,
        main,
        "dispatch",
        "--watch",
        "--plain",
      ];
      const child = Bun.spawn(command, { env: this.#env(), stdin: "ignore", stdout: log, stderr: log });
      this.#dispatchers.push(child);
    }
  }

  /** Everything of it at once, as when its power goes. */
  kill(): void {
    this.thaw();
    for (let left = this.#all(); left.length > 0; left = this.#all()) signalAll(left, "SIGKILL");
    this.#dispatchers = [];
    try {
      rmdirSync(this.#freezer);
    } catch (error) {
      // Nothing of it was ever frozen, or what was killed is not yet gone from it.
      if (!["ENOENT", "EBUSY"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    }
  }

  /** What dispatches and guards, and no worker. */
  signalKeepers(signal: NodeJS.Signals): void {
    signalAll(
      this.#all().filter(({ pid }) => readProcessEnv(pid, "KANBUN_RUN") === null),
      signal,
    );
  }

  /** Its dispatchers alone: the guards go on. */
  signalDispatchers(signal: NodeJS.Signals): void {
    signalAll(
      this.#all().filter(({ pid }) => readProcessEnv(pid, "KANBUN_TEST_DISPATCHER") === this.home),
      signal,
    );
  }

  /** Everything of it at once, as a machine that is suspended. @throws {Error} where there is no freezer */
  freeze(): void {
    mkdirSync(this.#freezer, { recursive: true });
    const put = new Set<number>();
    // Who was being started meanwhile is in it with its parent, or found by the next look.
    for (let found = 1; found > 0; ) {
      const others = this.#all().filter(({ pid }) => !put.has(pid));
      found = others.length;
      for (const { pid } of others) {
        put.add(pid);
        moveTo(this.#freezer, pid);
      }
    }
    writeFileSync(join(this.#freezer, "freezer.state"), "FROZEN");
  }

  thaw(): void {
    if (existsSync(this.#freezer)) writeFileSync(join(this.#freezer, "freezer.state"), "THAWED");
  }

  get #freezer(): string {
    return `/sys/fs/cgroup/freezer/${this.name}`;
  }

  /** Ends its dispatchers in order, and what is left by force. */
  async end(): Promise<void> {
    for (const one of this.#dispatchers) one.kill("SIGTERM");
    await Promise.race([Promise.all(this.#dispatchers.map(({ exited }) => exited)), Bun.sleep(5_000)]);
    this.kill();
  }

  listProcesses(): readonly ProcessRef[] {
    return this.#all();
  }

  note(text: string): void {
    appendFileSync(join(this.home, "dispatch.log"), `${text}\n`);
  }

  /** Dispatchers by a mark of the test, workers by their home, guards by a mark that they inherit with TMPDIR. */
  #all(): readonly ProcessRef[] {
    const marks = [
      ["KANBUN_TEST_DISPATCHER", this.home],
      ["KANBUN_HOME", this.home],
      ["TMPDIR", join(this.home, "tmp")],
    ] as const;
    const found = marks.flatMap(([name, value]) => findMarkedProcesses(name, value));
    return [...new Map(found.map((one) => [one.pid, one])).values()];
  }

  #env(): Record<string, string> {
    const tmp = join(this.home, "tmp");
    mkdirSync(tmp, { recursive: true });
    return {
      PATH: process.env.PATH ?? "",
      HOME: this.home,
      TMPDIR: tmp,
      KANBUN_HOME: this.home,
      KANBUN_BOARD: "race",
      KANBUN_TEST_DISPATCHER: this.home,
    };
  }
}

function moveTo(cgroup: string, pid: number): void {
  try {
    writeFileSync(join(cgroup, "cgroup.procs"), String(pid));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function signalAll(processes: readonly ProcessRef[], signal: NodeJS.Signals): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
