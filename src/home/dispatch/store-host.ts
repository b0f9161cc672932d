import { hostname } from "node:os";
import { hostIdentity, readUptimeMs } from "../../../native-shims/index.ts";
import packageJson from "../../../package.json" with { type: "json" };
import { leaseParts } from "../../board/lease.ts";
import type { StoreHosts } from "../../dispatcher/context.ts";
import type { HostCapacity, HostStore } from "../../store/hosts.ts";
import { openStoreHosts } from "../../store/open/servers.ts";
import { createConfigReader } from "../../system/config/config.ts";
import { homeIdentity } from "../../system/home/home-identity.ts";
import type { Home } from "../session/home.ts";
import { endFormerWorkers } from "./former-workers.ts";
import type { PresenceOptions } from "./presence-options.ts";
import { StoreLease } from "./store-lease.ts";

const beatMsMax = 10_000;
const lastWordsMs = 2_000;
const answerMsMin = 1_000;

interface ServerBoard {
  readonly slug: string;
  /** What it is called in the store. */
  readonly board: string;
}

/** This home as a host of one store. */
export class StoreHost {
  readonly #home: Home;
  readonly #store: string;
  readonly #options: PresenceOptions;
  readonly #loadConfig: ReturnType<typeof createConfigReader>;
  #hosts: HostStore | null = null;
  #epoch: number | null = null;
  #boards: readonly ServerBoard[] = [];
  #timer: Timer | null = null;
  #turn: Promise<void> = Promise.resolve();
  #hasLeft = false;
  #lease: StoreLease | null = null;

  constructor(home: Home, store: string, options: PresenceOptions) {
    this.#home = home;
    this.#store = store;
    this.#options = options;
    this.#loadConfig = createConfigReader(home.place.home);
  }

  /** null: it does not stay, or has not begun. */
  get lease(): StoreHosts | null {
    return this.#lease;
  }

  /** Under which it is registered; null: it isn't yet. */
  get epoch(): number | null {
    return this.#epoch;
  }

  setBoards(boards: readonly ServerBoard[]): void {
    this.#boards = boards;
  }

  /** Tries once to register, and goes on from there on its own where it stays. */
  begin(): Promise<void> {
    this.#turn = this.#takeTurn();
    return this.#turn;
  }

  /** Signs it off, unless that takes too long. */
  async leave(): Promise<void> {
    this.#hasLeft = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#lease?.close();
    await Promise.race([this.#signOff(), Bun.sleep(lastWordsMs)]);
  }

  async #signOff(): Promise<void> {
    await this.#turn;
    const [hosts, epoch] = [this.#hosts, this.#epoch];
    this.#epoch = null;
    try {
      if (hosts === null || epoch === null) return;
      const host = { id: this.#id, epoch };
      // One that came for a tick has never said that it would stay: what it can take on is said once more.
      if (this.#options.stays) await hosts.leave(host);
      else await hosts.beat(host, this.#capacity());
    } catch (error) {
      this.#options.onTrouble?.(this.#store, error);
    } finally {
      await hosts?.[Symbol.asyncDispose]();
    }
  }

  async #takeTurn(): Promise<void> {
    try {
      await this.#tell();
      this.#options.onWell?.(this.#store);
    } catch (error) {
      this.#lease?.noteTrouble();
      this.#options.onTrouble?.(this.#store, error);
    }
    if (this.#hasLeft || !this.#options.stays) return;
    this.#timer = setTimeout(() => {
      this.#turn = this.#takeTurn();
    }, this.#beatMs);
  }

  /** Of an epoch that is over, this host ends the workers whose runs were given away, and begins another. */
  async #tell(): Promise<void> {
    const { home } = this.#home.place;
    this.#hosts ??= openStoreHosts(home, this.#store, this.#home.env, this.#patience());
    const lease = this.#ownLease();
    // Before it is sent: only what the server has heard of by then prolongs the lease.
    const sentAtMs = readUptimeMs();
    if (
      this.#epoch !== null &&
      (await this.#hosts.beat({ id: this.#id, epoch: this.#epoch }, this.#capacity()))
    )
      return lease?.renew(sentAtMs, this.#hosts);
    this.#epoch = null;
    await lease?.endFormer();
    const registeredAtMs = readUptimeMs();
    const { stays } = this.#options;
    const epoch = await this.#hosts.register({
      id: this.#id,
      machine: hostname(),
      home,
      version: packageJson.version,
      beatMs: stays ? this.#beatMs : null,
      leaseMs: this.#leaseMs,
      ...this.#capacity(),
    });
    // After that: what is given away from here on is not. And before the epoch counts, so that nothing is claimed until then.
    for (const { slug } of this.#boards) await endFormerWorkers(this.#home, slug);
    if (lease !== null) {
      const term = await this.#hosts.getTerm(this.#id);
      // Declared over in the very moment: the next turn begins anew.
      if (term === null || term >= epoch) return;
      await lease.begin(term, registeredAtMs);
    }
    this.#epoch = epoch;
    await lease?.renew(registeredAtMs, this.#hosts);
  }

  /** null: it does not stay, so that no one would prolong it. */
  #ownLease(): StoreLease | null {
    const leaseMs = this.#leaseMs;
    if (!this.#options.stays || leaseMs === null) return null;
    const wakeAll = () => {
      for (const { slug } of this.#boards) this.#options.onWake?.(slug);
    };
    this.#lease ??= new StoreLease(
      this.#home,
      { store: this.#store, leaseMs },
      {
        held: wakeAll,
        silent: wakeAll,
        error: (error) => this.#options.onTrouble?.(this.#store, error),
      },
    );
    return this.#lease;
  }

  /** A beat that is not answered must not keep the next one from its turn. */
  #patience() {
    const ms = Math.max(answerMsMin, leaseParts(this.#leaseMs ?? 60_000).answerMs);
    return { connectMs: ms, answerMs: ms, restartMs: ms };
  }

  get #id(): string {
    return homeIdentity(this.#home.place.home, hostIdentity().machineId);
  }

  get #leaseMs(): number | null {
    return this.#loadConfig().stores.get(this.#store)?.leaseMs ?? null;
  }

  /** Three beats fit into a lease: one that is lost is nothing. */
  get #beatMs(): number {
    return Math.min(beatMsMax, Math.floor((this.#leaseMs ?? beatMsMax * 3) / 3));
  }

  #capacity(): HostCapacity {
    const { dispatch, profiles, host, fault } = this.#loadConfig();
    const sound = [...profiles.values()].filter((profile) => fault === null && profile.fault === null);
    const slots = dispatch.maxInProgress;
    return {
      slots,
      slotsFree: Math.max(0, slots - this.#options.countAtWork()),
      profiles: sound.map(({ name }) => name),
      labels: host.labels,
      boards: this.#boards.map(({ board }) => board),
    };
  }
}
