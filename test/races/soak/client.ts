import {
  identifyProcess,
  type ProcessRef,
  probeProcess,
  signalProcess,
} from "../../../native-shims/index.ts";
import { eventually } from "../../support/eventually.ts";
import type { Random } from "../orphan-repro/random.ts";
import type { Wards } from "../orphan-repro/wards.ts";
import { type ClientOrders, clientCommand } from "./client-orders.ts";

/** A client process, and whoever takes its place. */
export class Client {
  readonly #orders: Omit<ClientOrders, "name" | "seed">;
  readonly #random: Random;
  readonly #wards: Wards;
  #started = 0;
  #ref: ProcessRef;
  kills = 0;
  stops = 0;

  constructor(orders: Omit<ClientOrders, "name" | "seed">, random: Random, wards: Wards) {
    this.#orders = orders;
    this.#random = random;
    this.#wards = wards;
    this.#ref = this.#start();
  }

  /** Kills it, be it in the middle of a write, and starts another one. */
  replace(): void {
    signalProcess(this.#ref, "SIGKILL");
    this.kills++;
    this.#ref = this.#start();
  }

  stop(forMs: number): void {
    const ref = this.#ref;
    if (!signalProcess(ref, "SIGSTOP")) return;
    this.stops++;
    setTimeout(() => signalProcess(ref, "SIGCONT"), forMs);
  }

  async end(): Promise<void> {
    signalProcess(this.#ref, "SIGKILL");
    await eventually("the client is dead", () => probeProcess(this.#ref) === "dead");
  }

  #start(): ProcessRef {
    const name = `client${++this.#started}`;
    const command = clientCommand({ ...this.#orders, name, seed: this.#random.seed() });
    const child = Bun.spawn(command, { stdio: ["ignore", "inherit", "inherit"] });
    const ref = identifyProcess(child.pid);
    if (ref === null) throw new Error("the client ended at once");
    this.#wards.add(ref);
    return ref;
  }
}
