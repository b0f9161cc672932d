import { readUptimeMs } from "../../../native-shims/index.ts";
import type { Random } from "../orphan-repro/random.ts";
import type { HostUnderTest } from "./host.ts";
import { readLives } from "./ledger.ts";
import type { Options } from "./options.ts";
import type { RaceServer } from "./server.ts";

export type FaultKind =
  | "killed"
  | "stopped"
  | "cut off"
  | "cut off shortly"
  | "server restarted"
  | "server killed"
  | "both killed"
  | "frozen"
  | "failed over";

const atWorkWithinMs = 60_000;
/** A worker writes each 50 ms, and much later where the machine has much to do. */
const writesWithinMs = 1_000;

/** What was done to whom, and when by the time since boot. */
export interface Fault {
  readonly kind: FaultKind;
  readonly host: string | null;
  atMs: number;
  /** When it was over. */
  untilMs: number;
}

function kindsOf({ killBoth, freeze, failOver }: Options): readonly FaultKind[] {
  if (killBoth) return ["both killed"];
  if (freeze) return ["frozen"];
  if (failOver !== null) return ["failed over", "killed", "failed over", "cut off", "server killed"];
  return ["killed", "stopped", "cut off", "server restarted", "killed", "cut off shortly", "server killed"];
}

/** Hosts that are killed, stopped, cut off; a server that is restarted and killed. */
export class Faults {
  readonly done: Fault[] = [];
  readonly #hosts: readonly HostUnderTest[];
  readonly #server: RaceServer;
  readonly #random: Random;
  readonly #options: Options;
  readonly #ledger: string;

  constructor(parts: {
    readonly hosts: readonly HostUnderTest[];
    readonly server: RaceServer;
    readonly random: Random;
    readonly options: Options;
    readonly ledger: string;
  }) {
    this.#hosts = parts.hosts;
    this.#server = parts.server;
    this.#random = parts.random;
    this.#options = parts.options;
    this.#ledger = parts.ledger;
  }

  /** One after the other, each over before the next. @param hasWork asked before each */
  async play(hasWork: () => boolean): Promise<void> {
    const kinds = kindsOf(this.#options);
    for (let at = 0; at < this.#options.faults && hasWork(); at++) {
      await Bun.sleep(this.#random.between(1_000, 3_000));
      await this.#do(kinds[at % kinds.length] as FaultKind);
    }
  }

  async #do(kind: FaultKind): Promise<void> {
    const host = this.#random.pick(await this.#listAtWork());
    const isOfServer = kind.startsWith("server") || kind === "failed over";
    const fault: Fault = {
      kind,
      host: isOfServer ? null : host.name,
      atMs: readUptimeMs(),
      untilMs: Number.POSITIVE_INFINITY,
    };
    this.done.push(fault);
    console.error(
      `many-hosts: ${isOfServer ? kind.replace(/^failed/, "server failed") : `${host.name} is ${kind}`}`,
    );
    const longMs = this.#options.leaseS * 1_000 * this.#random.between(1.3, 1.8);
    // Another has taken its tasks over by then, where the board says so, also on a slow machine.
    const takenOverMs = 3 * longMs;
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
        await Bun.sleep(takenOverMs);
        this.#restart(host);
        break;
      case "frozen":
        host.freeze();
        await Bun.sleep(takenOverMs);
        // Before: what they write from then on is after it.
        fault.untilMs = readUptimeMs();
        host.thaw();
        return;
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
      case "failed over":
        await this.#server.failOver(() => {
          fault.atMs = readUptimeMs();
        });
        break;
    }
    fault.untilMs = readUptimeMs();
  }

  /** Those whose workers write at this moment: what is done to another shows nothing. All of them where none comes to that. */
  async #listAtWork(): Promise<readonly HostUnderTest[]> {
    const untilMs = performance.now() + atWorkWithinMs;
    while (performance.now() < untilMs) {
      const nowMs = readUptimeMs();
      const lives = readLives(this.#ledger, writesWithinMs).filter(
        ({ isDone, lastMs }) => !isDone && lastMs >= nowMs - writesWithinMs,
      );
      const atWork = this.#hosts.filter(({ name, isUp }) => isUp && lives.some(({ host }) => host === name));
      if (atWork.length > 0) return atWork;
      await Bun.sleep(250);
    }
    return this.#hosts;
  }

  #restart(host: HostUnderTest): void {
    host.start(Math.ceil(this.#options.dispatchers / this.#options.hosts));
  }
}
