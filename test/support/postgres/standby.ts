import { SQL } from "bun";
import { eventually } from "../eventually.ts";
import type { OwnPostgres } from "./postgres.ts";

/** Until a standby of it has all that it has now, and hears of what comes. */
export async function waitForStandby({ place: { host, database, user } }: OwnPostgres): Promise<void> {
  const path = `${host}/.s.PGSQL.5432`;
  await using sql = new SQL({ adapter: "postgres", path, database, username: user, max: 1 });
  const [{ now }] = await sql`SELECT pg_current_wal_lsn()::text AS now`;
  await eventually("it has followed", async () => {
    const [{ n }] = await sql`SELECT count(*) AS n FROM pg_stat_replication
      WHERE state = 'streaming' AND replay_lsn >= ${now}::pg_lsn`;
    return Number(n) > 0;
  });
}
