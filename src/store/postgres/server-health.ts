import type { StoreFlaw } from "../store-health.ts";
import { type Server, useServer } from "./server.ts";
import { type ServerPlace, schemaOf } from "./server-place.ts";

/** What a server says of itself, as far as it matters to boards. */
export interface ServerFacts {
  readonly version: string;
  readonly versionNumber: number;
  readonly fsync: string;
  readonly fullPageWrites: string;
  readonly synchronousCommit: string;
  readonly isReplica: boolean;
  /** As the server, the database or its user was set. */
  readonly isReadOnly: boolean;
  /** How far its clock is ahead of ours; the way there and back is half of it unsure. */
  readonly aheadMs: number;
  readonly roundTripMs: number;
  /** null: there is no schema of ours yet. */
  readonly mayUseSchema: boolean | null;
  readonly mayCreateSchema: boolean;
  readonly connections: number;
  readonly connectionsMax: number;
  /** Whoever keeps old rows from being cleared away, the oldest first: a transaction, a replication slot, a prepared transaction. */
  readonly snapshots: readonly HeldSnapshot[];
}

interface HeldSnapshot {
  readonly holder: string;
  readonly ageMs: number | null;
}

export interface ServerFlaw extends StoreFlaw {
  readonly kind: "version" | "durability" | "replica" | "clock" | "privileges" | "connections" | "snapshot";
}

/** With these it works, slower than it could, or for now. */
const mild: ReadonlySet<ServerFlaw["kind"]> = new Set(["clock", "connections", "snapshot"]);

/** Boards' own transactions are over in seconds. */
const snapshotMsMax = 60_000;
const aheadMsMax = 2_000;

/** What is wrong with a server, or will be; empty where nothing is. */
export function judgeServer(facts: ServerFacts): readonly ServerFlaw[] {
  const flaws: ServerFlaw[] = [];
  const add = (isSo: boolean, kind: ServerFlaw["kind"], detail: string, hint: string) => {
    if (isSo) flaws.push({ kind, isSerious: !mild.has(kind), detail, hint });
  };
  add(facts.versionNumber < 150_000, "version", `it is PostgreSQL ${facts.version}`, "15 or newer is needed");
  add(
    facts.fsync !== "on",
    "durability",
    `fsync is ${facts.fsync}: a power cut can damage it`,
    "set `fsync = on`",
  );
  add(
    facts.fullPageWrites !== "on",
    "durability",
    `full_page_writes is ${facts.fullPageWrites}: a power cut can damage it`,
    "set `full_page_writes = on`, unless the file system never writes half a page",
  );
  // Each write of ours asks for more by itself; with replicas it is for a person to say how much.
  add(
    facts.synchronousCommit === "off",
    "durability",
    "synchronous_commit is off: other programs' last commits may be lost",
    "set `synchronous_commit = on`",
  );
  add(
    facts.isReplica,
    "replica",
    "it is a replica: it takes no writes",
    "name the primary server in kanbun.toml",
  );
  add(
    facts.isReadOnly && !facts.isReplica,
    "replica",
    "default_transaction_read_only is on: it takes no writes",
    "set it to off, for the server, the database or its user",
  );
  add(
    Math.abs(facts.aheadMs) - facts.roundTripMs / 2 > aheadMsMax,
    "clock",
    `its clock is ${Math.round(Math.abs(facts.aheadMs) / 1_000)} s ${facts.aheadMs > 0 ? "ahead of" : "behind"} ours`,
    "let both set their clocks by NTP",
  );
  add(
    facts.mayUseSchema === false || (facts.mayUseSchema === null && !facts.mayCreateSchema),
    "privileges",
    facts.mayUseSchema === null ? "its user may not make a schema" : "its user may not write to the schema",
    facts.mayUseSchema === null
      ? "make it the owner of the database, as `kanbun store init` prints it"
      : "make it the owner of the schema: `ALTER SCHEMA kanbun OWNER TO <user>`, and of all tables in it",
  );
  add(
    facts.connections > facts.connectionsMax * 0.9,
    "connections",
    `${facts.connections} of its ${facts.connectionsMax} connections are in use`,
    "raise max_connections, or put a pooler in front of it",
  );
  for (const { holder, ageMs } of facts.snapshots)
    add(
      ageMs === null || ageMs > snapshotMsMax,
      "snapshot",
      `${holder} keeps old rows from being cleared away${ageMs === null ? "" : `, for ${Math.round(ageMs / 1_000)} s`}`,
      "end it: claims become slower as long as it lasts",
    );
  return flaws;
}

/** Asks the server; changes nothing. @throws {BoardError} unreachable, unwritable */
export async function examineServer(place: ServerPlace): Promise<ServerFacts> {
  const schema = schemaOf(place);
  const { server, release } = useServer(place);
  try {
    return await ask(server, schema);
  } finally {
    await release();
  }
}

async function ask(server: Server, schema: string): Promise<ServerFacts> {
  const { session } = await server.begin("SELECT 1");
  try {
    const beforeMs = Date.now();
    const { rows } = await session.run(
      "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms",
    );
    const roundTripMs = Date.now() - beforeMs;
    const facts =
      (
        await session.run(
          `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::integer AS version_number,
         current_setting('fsync') AS fsync, current_setting('full_page_writes') AS full_page_writes,
         current_setting('synchronous_commit') AS synchronous_commit, pg_is_in_recovery() AS is_replica,
         current_setting('default_transaction_read_only')::boolean AS is_read_only,
         CASE WHEN to_regnamespace($1::text) IS NOT NULL
           THEN has_schema_privilege($1::text, 'USAGE') AND has_schema_privilege($1::text, 'CREATE') END AS may_use,
         has_database_privilege(current_database(), 'CREATE') AS may_create,
         (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS connections,
         current_setting('max_connections')::integer AS connections_max`,
          [schema],
        )
      ).rows[0] ?? {};
    // Of other users' sessions only the age is told, unless the user may see more.
    const snapshots = await session.run(
      `SELECT 'transaction of ' || coalesce(usename, '?') || ' (process ' || pid || coalesce(', ' || nullif(application_name, ''), '') || ')' AS holder,
         (extract(epoch FROM clock_timestamp() - xact_start) * 1000)::bigint AS age_ms
       FROM pg_stat_activity WHERE backend_xmin IS NOT NULL AND pid <> pg_backend_pid() AND backend_type = 'client backend'
       UNION ALL SELECT 'replication slot ' || slot_name, NULL FROM pg_replication_slots WHERE xmin IS NOT NULL AND NOT active
       UNION ALL SELECT 'prepared transaction ' || gid, (extract(epoch FROM clock_timestamp() - prepared) * 1000)::bigint
       FROM pg_prepared_xacts ORDER BY age_ms DESC LIMIT 10`,
    );
    return {
      version: String(facts.version),
      versionNumber: Number(facts.version_number),
      fsync: String(facts.fsync),
      fullPageWrites: String(facts.full_page_writes),
      synchronousCommit: String(facts.synchronous_commit),
      isReplica: facts.is_replica === 1,
      isReadOnly: facts.is_read_only === 1,
      aheadMs: Number(rows[0]?.now_ms) - (beforeMs + roundTripMs / 2),
      roundTripMs,
      mayUseSchema: facts.may_use === null ? null : facts.may_use === 1,
      mayCreateSchema: facts.may_create === 1,
      connections: Number(facts.connections),
      connectionsMax: Number(facts.connections_max),
      snapshots: snapshots.rows.map((row) => ({
        holder: String(row.holder),
        ageMs: row.age_ms === null ? null : Number(row.age_ms),
      })),
    };
  } catch (error) {
    throw session.explain(error);
  } finally {
    session.release();
  }
}
