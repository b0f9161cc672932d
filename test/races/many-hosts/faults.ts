import { readUptimeMs } from "../../../native-shims/index.ts";
import type { Random } from "../orphan-repro/random.ts";
import type { HostUnderTest } from "./host.ts";
import type { Options } from "./options.ts";
import type { RaceServer } from "./server.ts";

export type FaultKind =
  | "killed"
  | "stopped"
  | "cut off"
  | "cut off shortly"
  | "server restarted"
  | "server killed"
  | "both killed";

/** What was done to whom, and when by the time since boot. */
export interface Fault {
  readonly kind: FaultKind;
  readonly host: string | null;
  readonly atMs: number;
}

/** Hosts that are killed, stopped, cut off; a server that is restarted and killed. */
export class Faults {
  readonly done: Fault[] = [];
  readonly #hosts: readonly HostUnderTest[];
  readonly #server: RaceServer;
  readonly #random: Random;
  readonly #options: Options;

  constructor(parts: {
    readonly hosts: readonly HostUnderTest[];
    readonly server: RaceServer;
    readonly random: Random;
    readonly options: Options;
  }) {
    this.#hosts = parts.hosts;
    this.#server = parts.server;
    this.#random = parts.random;
    this.#options = parts.options;
  }

  /** One after the other, each over before the next. @param hasWork asked before each */
  async play(hasWork: () => boolean): Promise<void> {
    const kinds: readonly FaultKind[] = this.#options.killBoth
      ? ["both killed"]
      : ["killed", "stopped", "cut off", "server restarted", "killed", "cut off shortly", "server killed"];
    for (let at = 0; at < this.#options.faults && hasWork(); at++) {
      await Bun.sleep(this.#random.between(1_000, 3_000));
      await this.#do(kinds[at % kinds.length] as FaultKind);
    }
  }

  async #do(kind: FaultKind): Promise<void> {
    const host = this.#random.pick(this.#hosts);
    const isOfServer = kind.startsWith("server");
    this.done.push({ kind, host: isOfServer ? null : host.name, atMs: readUptimeMs() });
    console.error(`many-hosts: ${isOfServer ? kind : `${host.name} is ${kind}`}`);
    const longMs = this.#options.leaseS * 1_000 * this.#random.between(1.3, 1.8);
    switch (kind) {
      case "killed":
        host.kill();
        await Bun.sleep(longMs);
        this.#restart(host);
        break;
      case "stopped":
        host.signalDispatchers("SIGSTOP");
        await Bun.sleep(longMs);
        host.signalDispatchers("SIGCONT");
        break;
      case "both killed":
        host.signalKeepers("SIGKILL");
        await Bun.sleep(longMs);
        this.#restart(host);
        break;
      case "cut off":
      case "cut off shortly":
        host.network.cut();
        await Bun.sleep(kind === "cut off" ? longMs : 1_000);
        host.network.heal();
        break;
      case "server restarted":
      case "server killed":
        this.#server.stop(kind === "server killed" ? "immediate" : "fast");
        await Bun.sleep(this.#random.between(200, 1_500));
        this.#server.start();
        break;
    }
  }

  #restart(host: HostUnderTest): void {
    host.start(Math.ceil(this.#options.dispatchers / this.#options.hosts));
  }
}
