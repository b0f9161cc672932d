/**
 * The table of hosts, one for all boards of a schema. `fenced_epoch` is 0 as long as no epoch is over: what is at most that is. A
 * row is locked for as long as one statement takes.
 */
export const hostsTable = `CREATE TABLE IF NOT EXISTS hosts (id text COLLATE "C" PRIMARY KEY, epoch bigint NOT NULL,
  fenced_epoch bigint NOT NULL DEFAULT 0, fenced_at timestamptz, fenced_by text, beat bigint NOT NULL DEFAULT 0,
  beat_at timestamptz NOT NULL, registered_at timestamptz NOT NULL, left_at timestamptz, beat_ms bigint, lease_ms bigint,
  machine text NOT NULL, home text NOT NULL, version text NOT NULL, slots bigint NOT NULL, slots_free bigint NOT NULL,
  profiles text NOT NULL, labels text NOT NULL, boards text NOT NULL)`;
