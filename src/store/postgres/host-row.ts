import type { Host } from "../hosts.ts";

export type HostRow = Readonly<Record<string, unknown>>;

function msOf(sql: string): string {
  return `(extract(epoch FROM ${sql}) * 1000)::bigint`;
}

/** All of them, in the schema of the session. */
export const selectHosts = `SELECT h.*, ${msOf("clock_timestamp() - beat_at")} AS silent_ms, ${msOf("registered_at")} AS registered_at_ms,
  ${msOf("left_at")} AS left_at_ms, ${msOf("fenced_at")} AS fenced_at_ms FROM hosts h ORDER BY machine COLLATE "C", home COLLATE "C", id`;

export function toHost(row: HostRow): Host {
  const epoch = Number(row.epoch);
  const fencedEpoch = Number(row.fenced_epoch);
  return {
    id: String(row.id),
    epoch,
    beat: Number(row.beat),
    silentMs: Math.max(0, Number(row.silent_ms)),
    registeredAtMs: Number(row.registered_at_ms),
    leftAtMs: toNumber(row.left_at_ms),
    fence:
      fencedEpoch < epoch
        ? null
        : { epoch: fencedEpoch, atMs: Number(row.fenced_at_ms), by: String(row.fenced_by) },
    machine: String(row.machine),
    home: String(row.home),
    version: String(row.version),
    beatMs: toNumber(row.beat_ms),
    leaseMs: toNumber(row.lease_ms),
    slots: Number(row.slots),
    slotsFree: Number(row.slots_free),
    profiles: toList(row.profiles),
    labels: toList(row.labels),
    boards: toList(row.boards),
  };
}

function toNumber(value: unknown): number | null {
  return value === null ? null : Number(value);
}

function toList(value: unknown): readonly string[] {
  try {
    const list: unknown = JSON.parse(String(value));
    return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
  } catch {
    return []; // as another program may have written it
  }
}
