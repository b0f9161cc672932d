import { leaseParts } from "../../board/lease.ts";
import type { Host } from "../../store/hosts.ts";

interface Sight {
  readonly host: Host;
  /** Since when it is as it is, by our own clock. */
  readonly sinceMs: number;
}

/**
 * Which hosts of a store have been silent for so long that their leases are over: by our own clock, over looks without a gap, and by
 * the server's. No two clocks are compared, so that one that jumps takes nothing over.
 */
export class SilentHosts {
  #sights: ReadonlyMap<string, Sight> = new Map();
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  /** What the server just said. @param askedAtMs since boot, before it was asked @param atMs since boot, now */
  note(
    hosts: readonly Host[],
    { askedAtMs, atMs }: { readonly askedAtMs: number; readonly atMs: number },
  ): void {
    const before = this.#sights;
    const gapMs = askedAtMs - this.#lookedAtMs;
    const sightOf = (host: Host): Sight => {
      const seen = before.get(host.id);
      const isSame = seen?.host.epoch === host.epoch && seen.host.beat === host.beat;
      const isUnbroken = host.leaseMs !== null && gapMs <= leaseParts(host.leaseMs).gapMs;
      return seen !== undefined && isSame && isUnbroken
        ? { host, sinceMs: seen.sinceMs }
        : { host, sinceMs: atMs };
    };
    this.#sights = new Map(hosts.map((host) => [host.id, sightOf(host)]));
    this.#lookedAtMs = askedAtMs;
  }

  /** The server did not answer: whoever was silent may not have been able to reach it either. */
  forget(): void {
    this.#sights = new Map();
  }

  /** As of the last look. */
  list(): readonly Host[] {
    return [...this.#sights.values()].flatMap(({ host, sinceMs }) => {
      if (host.leaseMs === null) return [];
      const { takeoverMs } = leaseParts(host.leaseMs);
      const isOver = host.silentMs >= takeoverMs && this.#lookedAtMs - sinceMs >= takeoverMs;
      return isOver ? [host] : [];
    });
  }
}
